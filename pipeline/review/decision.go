package review

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"loanmap/io/disk"
	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Choice is what a person has decided about a row.
type Choice string

// The choices.
const (
	Chosen Choice = "chosen" // one of the records that were shown
	None   Choice = "none"   // none of them
	Later  Choice = "later"  // not yet: the row stays open
	undone Choice = "undo"   // the decision of an earlier line does not count
)

// Key names a row by all cells that it asks by.
type Key string

// Decision is what a person has decided about a row, and by what.
type Decision struct {
	At     time.Time  // set by [Decisions.Add], UTC
	By     string     // the person; set by [Decisions.Add]
	Row    Key        // of the row, by [Decisions.Key]
	Code   match.Code // why the row was open
	Shown  []int64    // system IDs of the records that the person saw, in their order
	Choice Choice
	ID     int64  // system ID of the chosen record, one of Shown; 0 unless Chosen
	Record string // fingerprint of the chosen record; empty unless Chosen
}

// Options says whose decisions a file holds, and who decides.
type Options struct {
	// Host, without its port, and Tenant are of the tenant that the records are in. Both
	// empty: any tenant will do.
	Host, Tenant string
	Reviewer     string      // who decides; empty: the system's user
	Disk         disk.System // nil: the real one
}

// Decisions are those of one file. Several goroutines may use them at once.
type Decisions struct {
	path    string
	options Options
	key     []byte
	digest  string // of the file as it was read
	cut     int    // the line that was cut off; 0: none

	mu   sync.Mutex
	last map[Key][]int // line numbers of the decisions on a row that are not undone
	all  map[int]Decision
	made []int // line numbers of decisions that are not undone, in their order
	file *writing
}

// PathFor returns the default name of the file of decisions about the rows of a report,
// an output or an input.
func PathFor(sheet string) string {
	stem := strings.TrimSuffix(sheet, filepath.Ext(sheet))
	for _, ending := range []string{".resolved", ".errors"} {
		stem = strings.TrimSuffix(stem, ending)
	}
	return stem + ".decisions.jsonl"
}

// Key returns the key of a row that asks q by its own cells.
func (d *Decisions) Key(q *question.Question) Key {
	return Key(d.hash("row", fmt.Sprint(int(q.Kind.Key)), q.Name()))
}

// Fingerprint returns the fingerprint of a record as the row that asks q is compared with
// it. It changes with whatever of the record is compared. The record is what a search by
// its system ID shows: other searches may show less of it.
func (d *Decisions) Fingerprint(q *question.Question, record *loanpro.Hit) string {
	texts := []string{"record", fmt.Sprint(int(q.Kind.Record)), fmt.Sprint(record.ID)}
	return d.hash(append(texts, q.Compared(record)...)...)
}

// hash returns a keyed hash of texts, in hexadecimal digits.
func (d *Decisions) hash(texts ...string) string {
	mac := hmac.New(sha256.New, d.key)
	for _, text := range texts {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(text), text) // a hash takes everything
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// Add appends a decision. When it returns without an error, the decision is on the disk.
// After an error of the disk nothing more can be added: open the file again.
func (d *Decisions) Add(one Decision) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if problem := one.problem(); problem != "" {
		return fmt.Errorf("%s: this is a fault of loanmap", problem)
	}
	one.At, one.By = time.Now().UTC().Truncate(time.Second), d.options.Reviewer
	one.Shown = slices.Clone(one.Shown)
	number, err := d.file.append(lineOf(&one))
	if err == nil {
		d.note(number, one)
	}
	return err
}

// Of returns the decision on a row that counts: the last one that is not undone.
func (d *Decisions) Of(row Key) (Decision, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := d.last[row]
	if len(lines) == 0 {
		return Decision{}, false
	}
	return d.all[lines[len(lines)-1]], true
}

// Undo takes back the newest decision that counts, whoever made it and when, and returns
// it. ok is false where there is no decision. The one before it on the same row, if any,
// counts again.
func (d *Decisions) Undo() (was Decision, ok bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.made) == 0 {
		return Decision{}, false, nil
	}
	number := d.made[len(d.made)-1]
	was = d.all[number]
	back := line{At: time.Now().UTC().Truncate(time.Second), By: d.options.Reviewer, Row: was.Row, Choice: undone, Undoes: number}
	if _, err := d.file.append(back); err != nil {
		return Decision{}, false, err
	}
	d.forget(number)
	return was, true, nil
}

// Cut returns the number of the line that Open has cut off because its end was missing; 0:
// there was no such line.
func (d *Decisions) Cut() int { return d.cut }

// Digest returns the SHA-256 of the file as it was read, in hexadecimal digits.
func (d *Decisions) Digest() string { return d.digest }

// note takes note of the decision of a line.
func (d *Decisions) note(number int, one Decision) {
	d.all[number] = one
	d.last[one.Row] = append(d.last[one.Row], number)
	d.made = append(d.made, number)
}

// forget takes note that the decision of a line is undone. The row's key stays known.
func (d *Decisions) forget(number int) {
	is := func(other int) bool { return other == number }
	row := d.all[number].Row
	d.last[row] = slices.DeleteFunc(d.last[row], is)
	d.made = slices.DeleteFunc(d.made, is)
}

// problem returns what is wrong with a decision, or "".
func (d *Decision) problem() string {
	chosen := d.Choice == Chosen
	switch {
	case !slices.Contains([]Choice{Chosen, None, Later}, d.Choice):
		return fmt.Sprintf("there is no choice %q", d.Choice)
	case d.Row == "":
		return "the decision names no row"
	case chosen && !slices.Contains(d.Shown, d.ID):
		return "the chosen record is not among those that were shown"
	case chosen != (d.ID != 0) || chosen != (d.Record != ""):
		return "the record does not fit the choice"
	}
	return ""
}

// reviewer returns who decides.
func (o *Options) reviewer() string {
	name := "unknown"
	if is, err := user.Current(); err == nil {
		name = is.Username
	}
	return cmp.Or(o.Reviewer, name)
}
