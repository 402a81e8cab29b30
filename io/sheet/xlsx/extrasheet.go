package xlsx

import (
	"archive/zip"
	"io"
	"io/fs"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// AddSheet adds a sheet of that name to the workbook that w writes. It must be called before
// the first row is written to w. Seal, Commit and Abort of w are for both sheets.
func AddSheet(w rows.Writer, name string, layout rows.Layout) (rows.Writer, error) {
	switch w := w.(type) {
	case *writer:
		return w.addSheet(name, layout)
	case *keepWriter:
		return w.addSheet(name, layout)
	}
	return nil, &disk.Error{
		Doing: "writing sheet " + name, Problem: "the output is not a workbook",
		Hint: "give it a name that ends in .xlsx, or leave out --errors-sheet",
	}
}

func (w *writer) addSheet(name string, layout rows.Layout) (rows.Writer, error) {
	extra, err := newExtraSheet(w.File, name, layout, transitionalXML)
	if err != nil {
		return nil, err
	}
	w.extra = extra
	return extra, nil
}

// extraSheet writes a second sheet. Its rows wait in a temporary file until the first
// sheet is complete.
type extraSheet struct {
	file *disk.File
	name string
	rows *rowsXML
	temp *disk.Spool
}

func newExtraSheet(file *disk.File, name string, layout rows.Layout, namespace string) (*extraSheet, error) {
	doing := "writing " + file.Name()
	if err := checkColumnCount(doing, len(layout.Header)); err != nil {
		return nil, err
	}
	temp, err := disk.NewSpool(doing)
	if err != nil {
		return nil, err
	}
	e := &extraSheet{file: file, name: name, temp: temp}
	e.rows = &rowsXML{layout: layout, doing: doing, namespace: namespace, open: func() (io.Writer, error) { return temp, nil }}
	return e, nil
}

// Write adds a row.
func (e *extraSheet) Write(cells []string) error {
	if e.file.Err() != nil {
		return e.file.Err()
	}
	if err := e.rows.write(cells); err != nil {
		return e.file.Fail(err)
	}
	return nil
}

// Seal, Stat, Digest, Commit and Abort are those of the workbook.
func (e *extraSheet) Seal() error                { return e.file.Err() }
func (e *extraSheet) Stat() (fs.FileInfo, error) { return e.file.Stat() }
func (e *extraSheet) Digest() (string, error)    { return e.file.Digest() }
func (e *extraSheet) Commit() error              { return e.file.Err() }
func (e *extraSheet) Abort()                     {}

// copyTo copies the sheet into the archive.
func (e *extraSheet) copyTo(w *zip.Writer, part string) error {
	if e == nil {
		return nil
	}
	if err := e.rows.finish(); err != nil {
		return err
	}
	if _, err := e.temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := w.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Deflate})
	if err == nil {
		_, err = io.Copy(to, e.temp)
	}
	return err
}

// discard removes the temporary file.
func (e *extraSheet) discard() {
	if e != nil {
		_ = e.temp.Close()
	}
}
