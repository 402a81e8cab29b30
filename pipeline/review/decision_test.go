package review_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sync/errgroup"

	"loanmap/io/disk"
	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

var anna = review.Options{Host: "loanpro.simnang.com", Tenant: "5200000", Reviewer: "anna"}

// decisions are a file in a folder of its own.
type decisions struct {
	*testing.T
	path string
}

func newFile(t *testing.T) *decisions {
	t.Helper()
	return &decisions{t, filepath.Join(t.TempDir(), "loans.decisions.jsonl")}
}

func (f *decisions) open() *review.Decisions {
	f.Helper()
	d, err := review.Open(f.path, anna)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = d.Close() })
	return d
}

func (f *decisions) read() *review.Decisions {
	f.Helper()
	d, err := review.Read(f.path, anna)
	if err != nil {
		f.Fatal(err)
	}
	return d
}

func (f *decisions) content() []byte {
	f.Helper()
	text, err := os.ReadFile(f.path)
	if err != nil {
		f.Fatal(err)
	}
	return text
}

func (f *decisions) write(text []byte) {
	f.Helper()
	if err := os.WriteFile(f.path, text, 0o600); err != nil {
		f.Fatal(err)
	}
}

// decide adds decisions and closes the file.
func (f *decisions) decide(list ...review.Decision) {
	f.Helper()
	d := f.open()
	for _, one := range list {
		if err := d.Add(one); err != nil {
			f.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		f.Fatal(err)
	}
}

func chosen(row string, id int64) review.Decision {
	return review.Decision{Row: review.Key(row), Code: match.CodeDuplicate, Shown: []int64{3, id}, Choice: review.Chosen, ID: id, Record: "f"}
}

func decided(row string, choice review.Choice) review.Decision {
	return review.Decision{Row: review.Key(row), Code: match.CodeDuplicate, Shown: []int64{3, 4}, Choice: choice}
}

func TestDecisionsAreKept(t *testing.T) {
	f := newFile(t)
	want := []review.Decision{chosen("a", 4), decided("b", review.None), decided("c", review.Later)}
	f.decide(want[:1]...)
	f.decide(want[1:]...)
	for _, d := range []*review.Decisions{f.read(), f.open()} {
		for _, one := range want {
			got, ok := d.Of(one.Row)
			one.By = "anna"
			if diff := cmp.Diff(one, got, cmpopts.IgnoreFields(review.Decision{}, "At")); !ok || diff != "" || got.At.IsZero() {
				t.Error(ok, got.At, diff)
			}
		}
		if got, ok := d.Of("d"); ok {
			t.Error(got)
		}
	}
	for _, path := range []string{f.path, f.path + ".key"} {
		if is, err := os.Stat(path); err != nil || is.Mode().Perm() != 0o600 {
			t.Error(is, err)
		}
	}
}

func TestUndoHasNoEnd(t *testing.T) {
	f := newFile(t)
	f.decide(chosen("a", 4), chosen("b", 5), chosen("a", 6))
	for _, want := range []struct {
		row   review.Key
		id, a int64 // undone, and what counts for a then
	}{{"a", 6, 4}, {"b", 5, 4}, {"a", 4, 0}} {
		d := f.open()
		was, ok, err := d.Undo()
		if err != nil || !ok || was.Row != want.row || was.ID != want.id {
			t.Error(was, ok, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if got, _ := f.read().Of("a"); got.ID != want.a {
			t.Errorf("a is %d, not %d", got.ID, want.a)
		}
	}
	if was, ok, err := f.open().Undo(); ok || err != nil {
		t.Error(was, err)
	}
}

// What was decided and undone without closing the file can be read.
func TestUndoBeforeTheFileIsClosed(t *testing.T) {
	f := newFile(t)
	d := f.open()
	for _, one := range []review.Decision{chosen("a", 4), decided("b", review.None), decided("c", review.Later)} {
		if err := d.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []review.Key{"c", "b"} {
		if was, ok, err := d.Undo(); err != nil || !ok || was.Row != want {
			t.Error(was, ok, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	got := f.read()
	for row, want := range map[review.Key]bool{"a": true, "b": false, "c": false} {
		if _, ok := got.Of(row); ok != want {
			t.Errorf("%s is decided: %t", row, ok)
		}
	}
}

func TestDecisionsThatMakeNoSense(t *testing.T) {
	f := newFile(t)
	d := f.open()
	notShown, noRecord, idOfNone := chosen("a", 4), chosen("a", 4), decided("a", review.None)
	notShown.Shown, noRecord.Record, idOfNone.ID = []int64{3}, "", 3
	for _, wrong := range []review.Decision{{}, decided("a", "undo"), decided("", review.None), notShown, noRecord, idOfNone} {
		if err := d.Add(wrong); err == nil {
			t.Errorf("%+v was added", wrong)
		}
	}
	if n := bytes.Count(f.content(), []byte("\n")); n != 1 {
		t.Errorf("%d lines", n)
	}
}

// stride is how many bytes tests go on at a time that damage a file at all of its bytes.
func stride() int {
	if testing.Short() {
		return 23
	}
	return 1
}

// A change of any byte is found, and named with its line or the one after it.
func TestEditedFilesAreRefused(t *testing.T) {
	f := newFile(t)
	f.decide(chosen("a", 4), chosen("b", 5), decided("c", review.None))
	whole := f.content()
	for at := 0; at < len(whole); at += stride() {
		edited := bytes.Clone(whole)
		edited[at] ^= 1
		f.write(edited)
		_, err := review.Read(f.path, anna)
		_, usage := errors.AsType[*question.UsageError](err) // it does not look like decisions any more
		refused, ok := errors.AsType[*review.FileError](err)
		line := bytes.Count(whole[:at], []byte("\n")) + 1
		if !ok && !usage || ok && refused.Line != line && refused.Line != line+1 || usage && line > 1 {
			t.Fatalf("byte %d of line %d: %v", at, line, err)
		}
		if at == len(whole)-1 { // without its end, the last line is incomplete
			continue
		}
		if _, err := review.Open(f.path, anna); err == nil {
			t.Fatalf("byte %d was changed, and the file opened", at)
		}
	}
}

func TestLinesThatAreMovedAreFound(t *testing.T) {
	f := newFile(t)
	f.decide(chosen("a", 4), chosen("b", 5), chosen("c", 6))
	lines := bytes.SplitAfter(f.content(), []byte("\n"))
	for name, test := range map[string]struct {
		lines [][]byte
		at    int
	}{
		"removed":  {slices.Concat(lines[:2], lines[3:]), 3},
		"swapped":  {[][]byte{lines[0], lines[2], lines[1], lines[3]}, 2},
		"repeated": {[][]byte{lines[0], lines[1], lines[1], lines[2], lines[3]}, 3},
	} {
		f.write(bytes.Join(test.lines, nil))
		_, err := review.Read(f.path, anna)
		if refused, ok := errors.AsType[*review.FileError](err); !ok || refused.Line != test.at {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A kill may leave any part of the last line. A run refuses the file, and the next review
// removes the part and goes on.
func TestTornLines(t *testing.T) {
	f := newFile(t)
	f.decide(chosen("a", 4))
	before := f.content()
	f.decide(chosen("b", 5))
	whole := f.content()
	for length := len(before) + 1; length < len(whole); length += stride() {
		f.write(whole[:length])
		_, err := review.Read(f.path, anna)
		if refused, ok := errors.AsType[*review.FileError](err); !ok || refused.Line != 3 || !strings.Contains(err.Error(), "incomplete") {
			t.Fatal(length, err)
		}
		d := f.open()
		if _, ok := d.Of("b"); ok || d.Cut() != 3 {
			t.Fatal(length, ok, d.Cut())
		}
		if err := errors.Join(d.Add(chosen("c", 6)), d.Close()); err != nil {
			t.Fatal(err)
		}
		if got, _ := f.read().Of("c"); got.ID != 6 {
			t.Fatal(length, got)
		}
	}
}

// A kill while the file is made leaves a part of the header, and then there is no decision.
func TestTornHeaders(t *testing.T) {
	f := newFile(t)
	f.decide()
	header := f.content()
	for length := 0; length < len(header); length += stride() {
		f.write(header[:length])
		if _, err := review.Read(f.path, anna); err == nil {
			t.Fatal(length)
		}
		f.decide(chosen("a", 4))
		f.read()
	}
}

func TestOtherFilesAreLeftAlone(t *testing.T) {
	f := newFile(t)
	for _, text := range []string{"x", "Display ID\nL001\n", `{"version":1}`, "{}\n"} {
		f.write([]byte(text))
		_, opened := review.Open(f.path, anna)
		_, read := review.Read(f.path, anna)
		for _, err := range []error{opened, read} {
			if _, ok := errors.AsType[*question.UsageError](err); !ok {
				t.Errorf("%q: %v", text, err)
			}
		}
		if got := string(f.content()); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestDecisionsOfAnotherTenant(t *testing.T) {
	f := newFile(t)
	f.decide(chosen("a", 4))
	for _, other := range []review.Options{{Host: anna.Host, Tenant: "5200001"}, {Host: "example.com", Tenant: anna.Tenant}} {
		_, err := review.Read(f.path, other)
		if _, ok := errors.AsType[*question.UsageError](err); !ok {
			t.Errorf("%+v: %v", other, err)
		}
	}
	if _, err := review.Read(f.path, review.Options{}); err != nil {
		t.Error(err)
	}
}

func TestKeyFile(t *testing.T) {
	f := newFile(t)
	f.decide(chosen("a", 4))
	key := f.path + ".key"
	for _, text := range []string{"", "key\n", strings.Repeat("0f", 32) + "\n"} {
		if err := os.WriteFile(key, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f.refusesKey()
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	f.refusesKey()
}

func (f *decisions) refusesKey() {
	f.Helper()
	_, read := review.Read(f.path, anna)
	_, opened := review.Open(f.path, anna)
	for _, err := range []error{read, opened} {
		if _, ok := errors.AsType[*review.FileError](err); !ok || !strings.Contains(err.Error(), ".key") {
			f.Error(err)
		}
	}
}

func TestOneReviewAtATime(t *testing.T) {
	f := newFile(t)
	d := f.open()
	if _, err := review.Open(f.path, anna); err == nil {
		t.Error("opened twice")
	}
	if err := d.Add(chosen("a", 4)); err != nil {
		t.Fatal(err)
	}
	if got, _ := f.read().Of("a"); got.ID != 4 { // a run at night does not wait
		t.Error(got)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	f.open()
}

// asked returns what a row of a sheet about people asks.
func asked(t *testing.T, cells ...string) *question.Question {
	t.Helper()
	columns, err := question.Map([]string{"Name", "Birth Date", "SSN", "Phone", "Note"}, question.Options{Kind: question.Names})
	if err != nil {
		t.Fatal(err)
	}
	q, why := question.NewReader(&columns, "", "", false).Ask(sheet.Row{Cells: cells})
	if why.Code != "" {
		t.Fatal(why)
	}
	return &q
}

func TestKeysNameRows(t *testing.T) {
	f := newFile(t)
	d := f.open()
	row := []string{"Anna Olson", "1980-03-04", "078-05-1120", "801-555-0100", "x"}
	key := d.Key(asked(t, row...))
	for i := range row {
		other := slices.Clone(row)
		other[i] += "1"
		if same := d.Key(asked(t, other...)) == key; same != (i == 4) {
			t.Errorf("column %d: same key %t", i, same)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if again := f.open(); again.Key(asked(t, row...)) != key {
		t.Error("the key changes")
	}
	if other := newFile(t).open(); other.Key(asked(t, row...)) == key {
		t.Error("files have the same keys")
	}
	loan := question.Question{Kind: question.DisplayIDs, Text: "7"}
	system := question.Question{Kind: question.LoanIDs, Text: "7"}
	if d.Key(&loan) == d.Key(&system) {
		t.Error("kinds have the same keys")
	}
}

// What the row is compared with changes the fingerprint, and nothing else does.
func TestFingerprints(t *testing.T) {
	d := newFile(t).open()
	person := asked(t, "Anna Olson", "1980-03-04", "", "801-555-0100", "x")
	hit := loanpro.Hit{ID: 71, Details: loanpro.Details{Name: "Anna Olson", Phone: "(801) 555-0100", Birth: "1980-03-04", SSN: "***-**-1120", Email: "a@x.com", Zip: "84601"}}
	loan := &question.Question{Kind: question.DisplayIDs, Text: "twice"}
	loans := loanpro.Hit{ID: 4, DisplayID: "twice", Status: "Active", Customers: []loanpro.Customer{{ID: 9, Details: loanpro.Details{Name: "B"}}, {ID: 8}}}
	for name, test := range map[string]struct {
		q       *question.Question
		hit     loanpro.Hit
		change  func(*loanpro.Hit)
		differs bool
	}{
		"id":               {person, hit, func(h *loanpro.Hit) { h.ID++ }, true},
		"name":             {person, hit, func(h *loanpro.Hit) { h.Name = "Anna Miller" }, true},
		"name in capitals": {person, hit, func(h *loanpro.Hit) { h.Name = "ANNA OLSON" }, false},
		"phone":            {person, hit, func(h *loanpro.Hit) { h.Phone = "801-555-0101" }, true},
		"written phone":    {person, hit, func(h *loanpro.Hit) { h.Phone = "8015550100" }, false},
		"birth":            {person, hit, func(h *loanpro.Hit) { h.Birth = "" }, true},
		"SSN not in row":   {person, hit, func(h *loanpro.Hit) { h.SSN = "" }, false},
		"email not in row": {person, hit, func(h *loanpro.Hit) { h.Email = "" }, false},
		"display ID":       {loan, loans, func(h *loanpro.Hit) { h.DisplayID = "once" }, true},
		"customer":         {loan, loans, func(h *loanpro.Hit) { h.Customers[0].ID = 10 }, true},
		"customer's name":  {loan, loans, func(h *loanpro.Hit) { h.Customers[0].Name = "C" }, true},
		"order":            {loan, loans, func(h *loanpro.Hit) { slices.Reverse(h.Customers) }, false},
		"status":           {loan, loans, func(h *loanpro.Hit) { h.Status, h.Archived = "Paid Off", true }, false},
	} {
		before := d.Fingerprint(test.q, &test.hit)
		changed := test.hit
		changed.Customers = slices.Clone(test.hit.Customers)
		test.change(&changed)
		if differs := d.Fingerprint(test.q, &changed) != before; differs != test.differs {
			t.Errorf("%s: differs %t", name, differs)
		}
	}
}

func TestNothingOfAPersonIsInTheFiles(t *testing.T) {
	f := newFile(t)
	d := f.open()
	q := asked(t, "Quirinius Canary", "1981-02-03", "078-05-1120", "801-555-0199", "x")
	hit := loanpro.Hit{ID: 71, Details: loanpro.Details{Name: "Quirinius Canary", SSN: "078051120", Birth: "1981-02-03", Phone: "8015550199"}}
	one := chosen("", 71)
	one.Row, one.Record = d.Key(q), d.Fingerprint(q, &hit)
	if err := d.Add(one); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{f.path, f.path + ".key"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"quirinius", "canary", "1981", "1120", "0199"} {
			if strings.Contains(strings.ToLower(string(text)), secret) && !isHex(string(text), secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
}

// isHex reports whether every occurrence of digits in text may be by chance: it is within
// a longer run of hexadecimal digits.
func isHex(text, digits string) bool {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) }) {
		if strings.Contains(part, digits) && len(part) < 32 {
			return false
		}
	}
	return strings.Trim(digits, "0123456789") == ""
}

func ExampleOpen() {
	folder, err := os.MkdirTemp("", "example-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, review.PathFor("loans.errors.csv"))

	d, err := review.Open(path, review.Options{Host: "loanpro.simnang.com", Tenant: "5200000"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	asks := &question.Question{Kind: question.DisplayIDs, Text: "L000212"}
	record := &loanpro.Hit{ID: 8890, DisplayID: "L000212"}
	row := d.Key(asks)
	err = d.Add(review.Decision{
		Row: row, Code: match.CodeDuplicate, Shown: []int64{8890, 8891},
		Choice: review.Chosen, ID: record.ID, Record: d.Fingerprint(asks, record),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, ok := d.Of(row)
	fmt.Println(filepath.Base(path), kept.Choice, kept.ID, ok)
	was, ok, err := d.Undo()
	fmt.Println(was.ID, ok, err)
	// Output:
	// loans.decisions.jsonl chosen 8890 true
	// 8890 true <nil>
}

// failing is a disk on which a call fails, once it is to.
type failing struct {
	disk.System
	write, sync error
}

type failingHandle struct {
	disk.Handle
	*failing
}

func (f *failing) Open(path string, flag int) (disk.Handle, error) {
	handle, err := f.System.Open(path, flag)
	return failingHandle{handle, f}, err
}

// WriteAt writes half of what it fails to write.
func (h failingHandle) WriteAt(p []byte, at int64) (int, error) {
	if h.write != nil {
		n, _ := h.Handle.WriteAt(p[:len(p)/2], at)
		return n, h.write
	}
	return h.Handle.WriteAt(p, at)
}

func (h failingHandle) Sync() error {
	if h.sync != nil {
		return h.sync
	}
	return h.Handle.Sync()
}

// What could not be written is not decided, and the file is as it was.
func TestDiskThatFails(t *testing.T) {
	for name, system := range map[string]failing{"write": {write: syscall.ENOSPC}, "sync": {sync: syscall.EIO}} {
		f := newFile(t)
		f.decide(chosen("a", 4))
		broken := &failing{System: disk.Real()}
		options := anna
		options.Disk = broken
		d, err := review.Open(f.path, options)
		if err != nil {
			t.Fatal(err)
		}
		broken.write, broken.sync = system.write, system.sync
		for range 2 {
			if err := d.Add(chosen("b", 5)); err == nil {
				t.Errorf("%s: added", name)
			}
			broken.write, broken.sync = nil, nil // a second attempt does not help
		}
		if _, _, err := d.Undo(); err == nil {
			t.Errorf("%s: undone", name)
		}
		_, b := d.Of("b")
		if a, _ := d.Of("a"); b || a.ID != 4 {
			t.Errorf("%s: %v %t", name, a, b)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, ok := f.read().Of("b"); ok {
			t.Errorf("%s: b is in the file", name)
		}
		f.decide(chosen("b", 6))
		if b, _ := f.read().Of("b"); b.ID != 6 {
			t.Errorf("%s: %v", name, b)
		}
	}
}

// Decisions of several requests at once are all kept, in some order.
func TestSeveralAtOnce(t *testing.T) {
	f := newFile(t)
	d := f.open()
	var all errgroup.Group
	for i := range 20 {
		all.Go(func() error { return d.Add(chosen(fmt.Sprint(i), 4)) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	kept := f.read()
	for i := range 20 {
		if _, ok := kept.Of(review.Key(fmt.Sprint(i))); !ok {
			t.Error(i)
		}
	}
}
