package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

type csvReader struct {
	in       *input
	records  *csv.Reader
	header   []string
	estimate int
}

func newCSVReader(in *input) (*csvReader, error) {
	if head, _ := in.Peek(len(utf8BOM)); bytes.Equal(head, utf8BOM) {
		_, _ = in.Discard(len(utf8BOM))
	}
	r := &csvReader{in: in, records: csv.NewReader(in)}
	r.records.FieldsPerRecord = -1 // fit says more about a ragged row
	var err error
	for err == nil && blank(r.header) {
		r.header, err = r.records.Read()
	}
	if errors.Is(err, io.EOF) {
		return nil, in.refuse("it holds no rows, not even a header", "check that the right file was named")
	}
	if err != nil {
		return nil, r.unreadable(err)
	}
	r.estimate = countLines(in)
	return r, nil
}

func (r *csvReader) Header() []string { return r.header }

func (r *csvReader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			cells, err := r.records.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			row, err := r.row(cells, err)
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func (r *csvReader) row(cells []string, err error) (Row, error) {
	if err != nil {
		return Row{}, r.unreadable(err)
	}
	line, _ := r.records.FieldPos(0)
	cells, err = fit(r.in.name, line, cells, len(r.header))
	return Row{Line: line, Cells: cells}, err
}

func (r *csvReader) unreadable(err error) error {
	hint := "check that the file may be read"
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		hint = fmt.Sprintf("look at the quotes from line %d on: a quote inside a cell is written twice", parse.StartLine)
	}
	return &Error{Doing: "reading " + r.in.name, Hint: hint, Err: err}
}

func (r *csvReader) Source() Source {
	return Source{
		Name: r.in.name, Kind: CSV, Estimate: r.estimate, Again: r.in.again(),
		Size: r.in.size, SHA256: r.in.sum(),
	}
}

func (r *csvReader) Close() error { return r.in.close() }

// countLines says about how many rows follow the header, for the progress bar
// alone: line ends inside quotes are counted too. It is 0 where the input can
// be read only once.
func countLines(in *input) int {
	if !in.again() {
		return 0
	}
	again, err := os.Open(in.name)
	if err != nil {
		return 0
	}
	defer again.Close()
	lines, buf := 0, make([]byte, 256<<10)
	for {
		n, err := again.Read(buf)
		lines += bytes.Count(buf[:n], []byte{'\n'})
		if err != nil {
			return max(lines-1, 0)
		}
	}
}

type csvWriter struct {
	*File
	buffer  *bufio.Writer
	records *csv.Writer
}

func newCSVWriter(file *File, header []string) (*csvWriter, error) {
	buffer := bufio.NewWriterSize(file, 256<<10)
	w := &csvWriter{File: file, buffer: buffer, records: csv.NewWriter(buffer)}
	file.finish = w.flush
	return w, w.Write(header)
}

func (w *csvWriter) Write(cells []string) error {
	write := w.records.Write
	if len(cells) == 1 && cells[0] == "" {
		write = w.writeEmpty
	}
	if err := write(cells); err != nil {
		return w.cannotWrite(err)
	}
	return nil
}

// writeEmpty writes a row of one empty cell. It needs quotes: a blank line is
// not read as a row.
func (w *csvWriter) writeEmpty([]string) error {
	w.records.Flush()
	_, err := w.buffer.WriteString("\"\"\n")
	return errors.Join(w.records.Error(), err)
}

func (w *csvWriter) flush() error {
	w.records.Flush()
	return errors.Join(w.records.Error(), w.buffer.Flush())
}
