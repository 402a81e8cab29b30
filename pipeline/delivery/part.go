package delivery

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"

	"loanmap/io/disk"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// A part is the file of a shard: the answers to its rows, with the numbers of the rows.
// The files that people want are written by a merge, from the input and from all parts,
// in the same way as without shards. So they are the same, byte for byte.
//
// It begins with partMagic and the head. Then comes a record for each row: how many lines
// below the one before it begins, and its answer. Blocks and answers follow their length,
// and a length of 0 ends the records. The account of the shard follows, then where that
// begins, and a SHA-256 of all before it. Names of candidates are in it, as in an output.
const (
	partMagic   = "loanmap part\n"
	partForm    = 1
	partEnding  = ".part"
	placeLength = 8
	maxPartText = 64 << 20 // of a head, an account or an answer
)

// PartHead says which part of which job a part is.
type PartHead struct {
	Form  int            `json:"form"`
	Shard question.Shard `json:"shard"`
	Input string         `json:"input_sha256"`
	// Decisive is what must be equal in all shards of a job, apart from the input: a JSON
	// object. Job is the job as the shard was given it, in the form of the caller.
	Decisive json.RawMessage `json:"decisive"`
	Job      json.RawMessage `json:"job"`
}

// partOf is the path of the part of a shard whose job writes to output.
func partOf(output string, s question.Shard) string {
	return fmt.Sprintf("%s.%d-of-%d%s", output, s.Number, s.Of, partEnding)
}

// partWriter writes a part.
type partWriter struct {
	file   *disk.File
	buffer *bufio.Writer
	sum    hash.Hash
	place  int64 // how much is written
	line   int   // of the row before
	record []byte
}

// createPart begins a part with its head.
func createPart(target disk.Target, head *PartHead) (*partWriter, error) {
	file, err := disk.Create(target)
	if err != nil {
		return nil, err
	}
	w := &partWriter{file: file, sum: sha256.New()}
	w.buffer = bufio.NewWriterSize(io.MultiWriter(file, w.sum), 1<<16)
	file.Buffer(w.buffer.Flush, func() {})
	if err := w.begin(head); err != nil {
		file.Abort()
		return nil, err
	}
	return w, nil
}

func (w *partWriter) begin(head *PartHead) error {
	head.Form = partForm
	text, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("beginning a part: %w", err)
	}
	if err := w.put([]byte(partMagic)); err != nil {
		return err
	}
	return w.putBlock(text)
}

func (w *partWriter) put(some []byte) error {
	n, err := w.buffer.Write(some)
	w.place += int64(n)
	return err
}

func (w *partWriter) putBlock(block []byte) error {
	var length [binary.MaxVarintLen64]byte
	if err := w.put(length[:binary.PutUvarint(length[:], uint64(len(block)))]); err != nil {
		return err
	}
	return w.put(block)
}

// write writes the answer to the row that begins at line.
func (w *partWriter) write(line int, o *answer.Outcome) error {
	w.record = o.AppendInFull(binary.AppendUvarint(w.record[:0], uint64(line-w.line)))
	w.line = line
	return w.putBlock(w.record)
}

// seal ends the part with the account of the shard, and has it safely on disk.
func (w *partWriter) seal(account any) error {
	text, err := json.Marshal(account)
	if err != nil {
		return fmt.Errorf("ending a part: %w", err)
	}
	if err := w.putBlock(nil); err != nil {
		return err
	}
	at := w.place
	if err := w.putBlock(text); err != nil {
		return err
	}
	if err := w.put(binary.BigEndian.AppendUint64(nil, uint64(at))); err != nil {
		return err
	}
	if err := w.buffer.Flush(); err != nil {
		return err
	}
	if err := w.put(w.sum.Sum(nil)); err != nil { // which is not part of itself
		return err
	}
	return w.file.Seal()
}

// PartError says why parts cannot be merged. No file was written.
type PartError struct{ Problem, Hint string }

func (e *PartError) Error() string { return e.Problem }

// Advice returns what the person can do about it.
func (e *PartError) Advice() string { return e.Hint }

// Part is the part of a shard that is read.
type Part struct {
	PartHead
	Path    string
	Account json.RawMessage // of the shard
	file    *os.File
	records *bufio.Reader
	from    int64 // where the records begin
	line    int   // of the row read last
	ended   bool
}

// OpenPart opens the part at path, and checks that it is whole. The error is a *PartError
// where it is not.
func OpenPart(path string) (_ *Part, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &disk.Error{Doing: "reading " + path, Hint: "check the path: the parts of a job are named OUTPUT.1-of-N.part and so on", Err: disk.WithoutPath(err)}
	}
	p := &Part{Path: path, file: file}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if err := p.checkWhole(); err != nil {
		return nil, err
	}
	if err := p.readHead(); err != nil {
		return nil, err
	}
	return p, p.Rewind()
}

// Close closes the file of the part.
func (p *Part) Close() { _ = p.file.Close() }

func (p *Part) notWhole() error {
	return &PartError{p.Path + " is cut or damaged", "run its shard again, with the same command and --force"}
}

// checkWhole compares the content with the digest at its end.
func (p *Part) checkWhole() error {
	begin := make([]byte, len(partMagic))
	if _, err := io.ReadFull(p.file, begin); err != nil || string(begin) != partMagic {
		return &PartError{p.Path + " is not the part of a shard", "give the files that end in .part, which loanmap resolve --shard writes"}
	}
	is, err := p.file.Stat()
	if err != nil {
		return p.broken(err)
	}
	length := is.Size() - sha256.Size
	if length < int64(len(partMagic)+placeLength) {
		return p.notWhole()
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(p.file, 0, length)); err != nil {
		return p.broken(err)
	}
	end := make([]byte, placeLength+sha256.Size)
	if _, err := p.file.ReadAt(end, length-placeLength); err != nil {
		return p.broken(err)
	}
	if !bytes.Equal(sum.Sum(nil), end[placeLength:]) {
		return p.notWhole()
	}
	return p.readAccount(int64(binary.BigEndian.Uint64(end)), length)
}

// readAccount reads the account that begins at place. The digest covers length bytes.
func (p *Part) readAccount(place, length int64) error {
	if place < 0 || place > length {
		return p.notWhole()
	}
	block, err := readBlock(bufio.NewReader(io.NewSectionReader(p.file, place, length-place)))
	if err != nil {
		return p.broken(err)
	}
	p.Account = block
	return nil
}

func (p *Part) readHead() error {
	content := bufio.NewReader(io.NewSectionReader(p.file, int64(len(partMagic)), 1<<62))
	block, err := readBlock(content)
	if err != nil || json.Unmarshal(block, &p.PartHead) != nil {
		return p.notWhole()
	}
	if p.Form != partForm || p.Shard.Whole() {
		return &PartError{p.Path + " was written by another version of loanmap", "run all shards with this version"}
	}
	p.from = int64(len(partMagic)+len(binary.AppendUvarint(nil, uint64(len(block))))) + int64(len(block))
	return nil
}

// Rewind has Next begin with the first row.
func (p *Part) Rewind() error {
	if _, err := p.file.Seek(p.from, io.SeekStart); err != nil {
		return p.broken(err)
	}
	p.records, p.line, p.ended = bufio.NewReaderSize(p.file, 1<<16), 0, false
	return nil
}

// Next returns the next row of the part: the line at which it begins, and its answer; ok
// is false after the last one.
func (p *Part) Next() (line int, o answer.Outcome, ok bool, err error) {
	if p.ended {
		return 0, answer.Outcome{}, false, nil
	}
	record, err := readBlock(p.records)
	if err != nil {
		return 0, answer.Outcome{}, false, p.broken(err)
	}
	if len(record) == 0 {
		p.ended = true
		return 0, answer.Outcome{}, false, nil
	}
	below, n := binary.Uvarint(record)
	if n <= 0 {
		return 0, answer.Outcome{}, false, p.notWhole()
	}
	p.line += int(below)
	if o, err = answer.ReadInFull(record[n:]); err != nil {
		return 0, answer.Outcome{}, false, p.broken(err)
	}
	return p.line, o, true, nil
}

// broken is an error of reading a part that was whole.
func (p *Part) broken(err error) error {
	return &disk.Error{Doing: "reading " + p.Path, Hint: "check the disk", Err: disk.WithoutPath(err)}
}

// errBlock is a block that claims to be larger than any that is written.
var errBlock = errors.New("a block of " + strconv.Itoa(maxPartText) + " bytes or more")

func readBlock(from *bufio.Reader) ([]byte, error) {
	length, err := binary.ReadUvarint(from)
	if err != nil {
		return nil, err
	}
	if length >= maxPartText {
		return nil, errBlock
	}
	block := make([]byte, length)
	_, err = io.ReadFull(from, block)
	return block, err
}
