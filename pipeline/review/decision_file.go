package review

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"loanmap/io/disk"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// fileVersion is the version of the form of the file.
const fileVersion = 1

// header is the first line of a file.
type header struct {
	Version int       `json:"loanmap_decisions"`
	At      time.Time `json:"at"`
	Host    string    `json:"host"`
	Tenant  string    `json:"tenant_id"`
	Salt    string    `json:"salt"` // makes the keys of the file its own
}

// headerStart is how a file begins.
const headerStart = `{"loanmap_decisions":`

// line is any other line.
type line struct {
	Before string     `json:"before"` // hash of the line before
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	Row    Key        `json:"row"`
	Code   match.Code `json:"code,omitempty"`
	Shown  []int64    `json:"shown,omitempty"`
	Choice Choice     `json:"choice"`
	ID     int64      `json:"id,omitempty"`
	Record string     `json:"record,omitempty"`
	Undoes int        `json:"undoes,omitempty"` // number of the line that is undone
}

func lineOf(d *Decision) line {
	return line{At: d.At, By: d.By, Row: d.Row, Code: d.Code, Shown: d.Shown, Choice: d.Choice, ID: d.ID, Record: d.Record}
}

func (l *line) decision() Decision {
	return Decision{At: l.At, By: l.By, Row: l.Row, Code: l.Code, Shown: l.Shown, Choice: l.Choice, ID: l.ID, Record: l.Record}
}

// FileError is a file of decisions that cannot be used. Line is the number of the line
// that is wrong, from 1; 0: it is not about a line.
type FileError struct {
	Path    string
	Line    int
	problem string
	hint    string
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.problem
	}
	return fmt.Sprintf("%s, line %d: %s", e.Path, e.Line, e.problem)
}

// Advice returns what the person can do about it.
func (e *FileError) Advice() string { return e.hint }

// What is wrong with a line.
const (
	lineTorn   = "the line is incomplete"
	lineEdited = "the line was changed, or a line before it was removed or inserted"
	tornHint   = "its decision was not confirmed to anyone; start loanmap review on the file: it removes the line"
	editedHint = "restore the file from a backup, or delete this line and all after it: the decisions before it hold"
)

// wholeHint is what to do about a file of which no decision can be read.
const wholeHint = "put back the key that was made with the file, or restore both from a backup"

// Read reads a file of decisions for a run that applies them. It returns a
// *question.UsageError if there is no such file or if it is of another tenant, and a
// *FileError if a line is incomplete or was edited.
func Read(path string, o Options) (*Decisions, error) {
	place := disk.Locate(path)
	if place.Form != disk.Regular {
		return nil, question.Usage("there is no file of decisions at "+path, "check --decisions; loanmap review makes the file")
	}
	content, err := os.ReadFile(place.Path)
	if err != nil {
		return nil, readError(path, err)
	}
	r := reading{Decisions: newDecisions(path, o)}
	if err := r.readAll(content); err != nil {
		return nil, err
	}
	return r.Decisions, nil
}

// Open opens a file of decisions for the one who decides, and makes it if there is none.
// An incomplete last line is cut off: Add had not returned, so no one was told that the
// decision is kept. Errors are those of Read, and of io/disk if the file cannot be written
// or another process has opened it. The caller closes the decisions.
func Open(path string, o Options) (_ *Decisions, err error) {
	o.Reviewer = o.reviewer()
	d := newDecisions(path, o)
	if d.file, err = openFile(path, o.Disk); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = d.Close()
		}
	}()
	content, err := d.file.content()
	if err != nil {
		return nil, readError(path, err)
	}
	whole := content[:bytes.LastIndexByte(content, '\n')+1]
	if len(whole) < len(content) {
		d.cut = bytes.Count(whole, newline) + 1
	}
	if !begun(content) {
		return nil, notDecisions(path)
	}
	if len(whole) == 0 {
		return d, d.begin()
	}
	r := reading{Decisions: d}
	if err := r.readAll(whole); err != nil {
		return nil, err
	}
	return d, d.file.resume(d.key, r.before, r.number, int64(len(whole)))
}

// begun reports whether a file begins as one of decisions, as far as it goes: it may be
// the first part of one, or empty.
func begun(content []byte) bool {
	common := min(len(content), len(headerStart))
	return string(content[:common]) == headerStart[:common]
}

// Close ends the use of the file.
func (d *Decisions) Close() error {
	if d.file == nil {
		return nil
	}
	return d.file.close()
}

func newDecisions(path string, o Options) *Decisions {
	return &Decisions{path: path, options: o, last: map[Key][]int{}, all: map[int]Decision{}}
}

// begin writes the header of a new file.
func (d *Decisions) begin() error {
	secret, err := makeKeyFile(d.path, d.options.Disk)
	if err != nil {
		return err
	}
	h := header{Version: fileVersion, At: time.Now().UTC().Truncate(time.Second), Host: d.options.Host, Tenant: d.options.Tenant, Salt: rand.Text()}
	if d.key, err = deriveKey(secret, h.Salt); err != nil {
		return err
	}
	if err := d.file.resume(d.key, "", 0, 0); err != nil {
		return err
	}
	return d.file.begin(h)
}

func readError(path string, err error) error {
	return &disk.Error{Doing: "reading " + path, Hint: "check the path and its permissions", Err: disk.WithoutPath(err)}
}

// reading is a file that is read line by line.
type reading struct {
	*Decisions
	before string // hash of the line before
	number int    // of the line at hand
}

var newline = []byte("\n")

func (r *reading) readAll(content []byte) error {
	r.digest = hashOf(content)
	if !begun(content) {
		return notDecisions(r.path)
	}
	if len(content) == 0 {
		return r.refuse("the file is empty", "start loanmap review on the file: it begins it anew")
	}
	for text := range bytes.Lines(content) {
		r.number++
		text, whole := bytes.CutSuffix(text, newline)
		if !whole {
			return r.refuse(lineTorn, tornHint)
		}
		if err := r.readLine(text); err != nil {
			return err
		}
		r.before = hashOf(text)
	}
	return nil
}

func (r *reading) readLine(text []byte) error {
	if r.number == 1 {
		return r.readHeader(text)
	}
	var l line
	body, ok := unsealed(r.key, text)
	if !ok || json.Unmarshal(body, &l) != nil || l.Before != r.before || !r.take(&l) {
		return r.refuse(lineEdited, editedHint)
	}
	return nil
}

// take takes note of a line, and reports whether it makes sense.
func (r *reading) take(l *line) bool {
	if l.Choice == undone {
		if !slices.Contains(r.last[l.Row], l.Undoes) {
			return false
		}
		r.forget(l.Undoes)
		return true
	}
	one := l.decision()
	if one.problem() != "" {
		return false
	}
	r.note(r.number, one)
	return true
}

// readHeader reads the first line, and finds out whether the decisions are those that are
// looked for.
func (r *reading) readHeader(text []byte) error {
	var h header
	if json.Unmarshal(text, &h) != nil {
		return r.refuse("the line was changed", wholeHint)
	}
	if h.Version != fileVersion {
		return r.refuse(fmt.Sprintf("it is of version %d, and this loanmap reads version %d", h.Version, fileVersion), "use the loanmap that wrote it, or a newer one")
	}
	secret, err := readKeyFile(r.path)
	if err != nil {
		return err
	}
	if r.key, err = deriveKey(secret, h.Salt); err != nil {
		return err
	}
	if _, ok := unsealed(r.key, text); !ok {
		return r.refuse("the line was changed, or "+keyPath(r.path)+" is the key of another file", wholeHint)
	}
	if o := r.options; o.Tenant != "" && (o.Tenant != h.Tenant || !strings.EqualFold(o.Host, h.Host)) {
		return question.Usage(
			fmt.Sprintf("the decisions in %s are about tenant %s at %s, but this run asks tenant %s at %s", r.path, h.Tenant, h.Host, o.Tenant, o.Host),
			"give --decisions the file of this tenant, or check LOANPRO_TENANT_ID and LOANPRO_BASE_URL",
		)
	}
	return nil
}

func (r *reading) refuse(problem, hint string) error {
	return &FileError{Path: r.path, Line: r.number, problem: problem, hint: hint}
}

func notDecisions(path string) error {
	return question.Usage(path+" is not a file of decisions", "give --decisions the file that loanmap review has written")
}

// hashOf returns the hash of a line, by which the next one knows it, or of a file.
func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// sealStart begins the seal of a line, which is its last field: a keyed hash of the rest
// of the line.
const sealStart = `,"seal":"`

// sealed returns a JSON object with its seal.
func sealed(key, object []byte) []byte {
	open := object[:len(object)-1]
	return fmt.Appendf(bytes.Clone(open), "%s%x\"}", sealStart, sealOf(key, object))
}

// unsealed returns the object of a line, and whether its seal is right.
func unsealed(key, text []byte) (object []byte, ok bool) {
	at := bytes.LastIndex(text, []byte(sealStart))
	if at < 0 {
		return nil, false
	}
	object = append(bytes.Clone(text[:at]), '}')
	return object, hmac.Equal(sealed(key, object), text)
}

func sealOf(key, object []byte) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(object) // a hash takes everything
	return mac.Sum(nil)
}

// writing is a file that is written to, under its lock.
type writing struct {
	path   string
	disk   disk.System
	lock   *disk.Lock
	handle disk.Handle

	key    []byte
	before string // hash of the last line
	number int    // of the last line
	size   int64
	failed error // nothing more is written
}

// openFile locks and opens a file, which may be new.
func openFile(path string, system disk.System) (w *writing, err error) {
	if system == nil {
		system = disk.Real()
	}
	place := disk.Locate(path)
	if place.Form != disk.Regular && place.Form != disk.Absent {
		return nil, question.Usage(path+" cannot hold decisions", "give the name of a file")
	}
	w = &writing{path: path, disk: system}
	if w.lock, err = disk.AcquireLock(place.Path+".lock", time.Now(), system); err != nil {
		if held, ok := errors.AsType[*disk.HeldError](err); ok {
			return nil, &FileError{Path: path, problem: held.Error(), hint: "end the other review first, or go on in it"}
		}
		return nil, err
	}
	if w.handle, err = system.Open(place.Path, os.O_RDWR|os.O_CREATE); err != nil {
		_ = w.lock.Release()
		return nil, w.explain(err)
	}
	return w, nil
}

func (w *writing) content() ([]byte, error) { return os.ReadFile(w.handle.Name()) }

// resume has the next line follow the first size bytes, and cuts off the rest.
func (w *writing) resume(key []byte, before string, number int, size int64) error {
	w.key, w.before, w.number, w.size = key, before, number, size
	if err := w.handle.Truncate(size); err != nil {
		return w.explain(err)
	}
	return nil
}

// begin writes the first line, and makes durable that there is the file.
func (w *writing) begin(h header) error {
	if err := w.write(h); err != nil {
		return err
	}
	if err := w.disk.SyncFolder(w.handle.Name()); err != nil {
		return w.explain(err)
	}
	return nil
}

// append writes a line to the end, and returns its number.
func (w *writing) append(l line) (number int, err error) {
	l.Before = w.before
	number = w.number + 1 // before write counts the line
	return number, w.write(l)
}

// write writes and syncs a line. After a failure the file is as it was before, or ends
// with an incomplete line; nothing more is written.
func (w *writing) write(object any) error {
	if w.failed != nil {
		return w.failed
	}
	text, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("writing %s: %w", w.path, err)
	}
	text = sealed(w.key, text)
	if _, err = w.handle.WriteAt(append(bytes.Clone(text), '\n'), w.size); err == nil {
		err = w.handle.Sync()
	}
	if err != nil {
		_ = w.handle.Truncate(w.size)
		w.failed = w.explain(err)
		return w.failed
	}
	w.size += int64(len(text)) + 1
	w.number++
	w.before = hashOf(text)
	return nil
}

func (w *writing) explain(err error) error {
	hint := disk.SpaceHint(err) + "; then start the review again"
	if errors.Is(err, fs.ErrNotExist) {
		hint = "create the folder first"
	}
	return &disk.Error{Doing: "writing " + w.path, Hint: hint, Err: disk.WithoutPath(err)}
}

func (w *writing) close() error {
	err := w.handle.Close()
	if locked := w.lock.Release(); err == nil {
		err = locked
	}
	return err
}
