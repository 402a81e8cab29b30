package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"loanmap/io/disk"
)

// Account is what a run wants to know of the summary of one before it.
type Account struct {
	Version  *string   `json:"version"`
	Run      string    `json:"run"`
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"seconds"`
	Finished *bool     `json:"finished"`
	Output   string    `json:"output"`
	Input    struct {
		SHA256 string `json:"sha256"`
	} `json:"input"`
	Whole   []Whole `json:"whole_files"`
	LoanPro struct {
		Host   string       `json:"host"`
		Tenant string       `json:"tenant_id"`
		Known  KnownRecords `json:"known_records"`
		// Unbatched says that batches were not believed.
		Unbatched bool `json:"fallback_unbatched"`
	} `json:"loanpro"`
	By           string `json:"by"`
	OutputSHA256 string `json:"output_sha256"`
}

// How many files accountsIn looks at, and how large they may be.
const (
	maxAccounts    = 1000
	maxAccountSize = 4 << 20
)

// accountsIn yields the summaries in a folder, as far as their names end as default
// names do.
func accountsIn(folder string) iter.Seq[*Account] {
	return func(yield func(*Account) bool) {
		names, _ := fs.Glob(os.DirFS(folder), "*.summary.json") // fails for bad patterns alone
		for _, name := range names[:min(len(names), maxAccounts)] {
			path := filepath.Join(folder, name)
			if is, err := os.Stat(path); err != nil || is.Size() > maxAccountSize {
				continue
			}
			if is := ReadAccount(path); is != nil && !yield(is) {
				return
			}
		}
	}
}

// ReadAccount reads the summary at path; nil: no regular file there is a summary.
func ReadAccount(path string) *Account {
	if disk.Locate(path).Form != disk.Regular {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	s := new(Account)
	if json.Unmarshal(text, s) != nil || s.Version == nil || s.Finished == nil {
		return nil
	}
	return s
}

// Spent reports whether the journal at path is of a run on the same input and output
// that has finished, by its summary, and was stopped before the journal was removed.
// Its answers are of then.
func Spent(path, digest string, t Targets) bool {
	s := ReadAccount(t.Summary)
	is, err := os.Stat(path)
	if err != nil || s == nil || !*s.Finished || s.Input.SHA256 != digest || filepath.Base(s.Output) != filepath.Base(t.Output) {
		return false
	}
	const rounded = time.Millisecond
	return is.ModTime().Before(s.Started.Add(time.Duration(s.Seconds*float64(time.Second)) + rounded))
}

// leftOver returns the files left by an unfinished run, from its summary at path; nil
// if there is no such summary.
func leftOver(path string) map[string]bool {
	s := ReadAccount(path)
	if s == nil || *s.Finished {
		return nil
	}
	left := map[string]bool{path: true}
	for _, was := range s.Whole {
		is, err := os.Stat(was.Path)
		left[was.Path] = err == nil && is.Size() == was.Size && is.ModTime().Equal(was.Modified)
	}
	return left
}

// KnownRecords are system IDs by kind of record. In JSON each kind is one text.
type KnownRecords map[string]idList

type idList []int64

// MarshalText writes IDs with blanks in between.
func (l idList) MarshalText() ([]byte, error) {
	var text []byte
	for i, id := range l {
		if i > 0 {
			text = append(text, ' ')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	return text, nil
}

// UnmarshalText reads what MarshalText has written.
func (l *idList) UnmarshalText(text []byte) error {
	*l = nil
	for field := range bytes.FieldsSeq(text) {
		id, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return fmt.Errorf("reading system IDs: %w", err)
		}
		*l = append(*l, id)
	}
	return nil
}
