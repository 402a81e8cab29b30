package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/disk"
	"loanmap/io/journal"
	"loanmap/io/loanpro"
	"loanmap/io/pace"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

// variation is a value of a field of Job, given as a change of a job.
type variation func(*Job)

// variations has every field of Job: those by which a row may ask something
// else, or which change what an answer says, and those that never do.
var variations = map[string]struct {
	decides bool
	values  []variation
}{
	"Input.Path":           {true, nil}, // TestRunsOfOneIdentityAskTheSame has inputs of each kind
	"Input.Sheet":          {true, []variation{func(j *Job) { j.Input.Sheet = "1" }, func(j *Job) { j.Input.Sheet = "Second" }}},
	"Input.HeaderRow":      {true, []variation{func(j *Job) { j.Input.HeaderRow = 1 }, func(j *Job) { j.Input.HeaderRow = 3 }}},
	"Input.NoHeader":       {true, []variation{func(j *Job) { j.Input.NoHeader = true }}},
	"Input.Encoding":       {true, []variation{func(j *Job) { j.Input.Encoding = sheet.UTF8 }, func(j *Job) { j.Input.Encoding = sheet.Windows1252 }}},
	"Input.Delimiter":      {true, []variation{func(j *Job) { j.Input.Delimiter = sheet.Comma }, func(j *Job) { j.Input.Delimiter = sheet.Semicolon }}},
	"Input.By":             {true, []variation{by(question.LoanIDs), by(question.CustomerIDs), by(question.CustomIDs), by(question.Emails), by(question.Names), func(j *Job) { j.Input.By = "" }}},
	"Input.Column":         {true, []variation{func(j *Job) { j.Input.Column = "A" }, func(j *Job) { j.Input.Column = "B" }, func(j *Job) { j.Input.Column = "C" }}},
	"Input.Evidence":       {true, []variation{evidenceFrom("zip", "C"), evidenceFrom("zip", "B"), evidenceFrom("email", "C"), evidenceFrom("last", "B"), evidenceFrom("loan", "-")}},
	"Input.AcceptNameOnly": {true, []variation{func(j *Job) { j.Input.AcceptNameOnly = true }}},
	"Output.Prefix":        {true, []variation{func(j *Job) { j.Output.Prefix = "x_" }, func(j *Job) { j.Output.Prefix = question.FallbackPrefix }}},
	"Output.Page":          {false, []variation{func(j *Job) { j.Output.Page = "https://x/{loan_id}" }}}, // addresses are made as rows are written
	"Lookup.Plan":          {true, []variation{func(j *Job) { j.Lookup.Plan = lookup.Scan }, func(j *Job) { j.Lookup.Plan = lookup.Auto }}},
	"Lookup.Few":           {false, []variation{func(j *Job) { j.Lookup.Few = true }}},
	"Lookup.MaxRisk":       {true, []variation{func(j *Job) { j.Lookup.MaxRisk = lookup.DefaultMaxRisk }}},
	"Lookup.VerifyMissing": {true, []variation{func(j *Job) { j.Lookup.VerifyMissing = true }}},
	"Lookup.Client": {true, []variation{
		func(j *Job) { j.Lookup.Client = clients["tenant"] }, func(j *Job) { j.Lookup.Client = clients["host"] },
	}},
	"Output.Reconcile": {true, []variation{ // decisions of people
		func(j *Job) { j.Output.Reconcile = &delivery.Reconcile{} }, func(j *Job) { j.Output.Reconcile = &delivery.Reconcile{Expect: "B"} },
		func(j *Job) { j.Output.Reconcile = &delivery.Reconcile{Against: j.Input.Path} }, func(j *Job) { j.Output.Reconcile = &delivery.Reconcile{Against: previousOutput} },
	}},
	"Lookup.Shard": {true, []variation{func(j *Job) { j.Lookup.Shard = question.Shard{Number: 1, Of: 2} }, func(j *Job) { j.Lookup.Shard = question.Shard{Number: 2, Of: 2} }}},
	"Decisions":    {true, []variation{reviewedIn("chosen.jsonl"), reviewedIn("none.jsonl")}},
	"Version":      {true, []variation{func(j *Job) { j.Version = "2" }}},

	"Output.Path":               {false, []variation{func(j *Job) { j.Output.Path = "x.csv" }}},
	"Output.Errors":             {false, []variation{func(j *Job) { j.Output.Errors = "x.csv" }}},
	"Output.Summary":            {false, []variation{func(j *Job) { j.Output.Summary = "x.json" }}},
	"Output.ImportReady":        {false, []variation{func(j *Job) { j.Output.ImportReady = "x.csv" }}},
	"Output.Force":              {false, []variation{func(j *Job) { j.Output.Force = true }}},
	"Resume.Fresh":              {false, []variation{func(j *Job) { j.Resume.Fresh = true }}},
	"Resume.Within":             {false, []variation{func(j *Job) { j.Resume.Within = time.Hour }}},
	"Resume.RetryNotFoundAfter": {false, []variation{func(j *Job) { j.Resume.RetryNotFoundAfter = time.Hour }}},
	"Output.ErrorsSheet":        {false, []variation{func(j *Job) { j.Output.ErrorsSheet = true }}},
	"Output.GuardFormulas":      {false, []variation{func(j *Job) { j.Output.GuardFormulas = true }}},
	"Lookup.Batch":              {false, []variation{func(j *Job) { j.Lookup.Batch = 1 }}},
	"Lookup.Workers":            {false, []variation{func(j *Job) { j.Lookup.Workers = 1 }}},
	"Lookup.Rate":               {false, []variation{func(j *Job) { j.Lookup.Rate = 1 }}},
	"Output.Into":               {false, []variation{func(j *Job) { j.Output.Into = &delivery.Into{Output: "x.csv"} }}},
	"Input.Stdin":               {false, []variation{func(j *Job) { j.Input.Stdin = strings.NewReader("x") }}}, // such a run has no journal
	"Output.Stdout":             {false, []variation{func(j *Job) { j.Output.Stdout = io.Discard }}},
	"Output.Disk":               {false, nil}, // of tests alone
	"DryRun":                    {false, nil}, // has no journal
	"Log":                       {false, nil},
	"Progress":                  {false, nil},
}

// previousOutput is a path below testdata, of an output with decisions of people.
const previousOutput = "../testdata/previous/decided.csv"

func by(k *question.Kind) variation { return func(j *Job) { j.Input.By = k.Flag } }

func evidenceFrom(kind question.Evidence, column string) variation {
	return func(j *Job) { j.Input.Evidence = map[question.Evidence]string{kind: column} }
}

// reviewedIn takes decisions from a file in the folder of the input.
func reviewedIn(name string) variation {
	return func(j *Job) { j.Decisions = filepath.Join(filepath.Dir(j.Input.Path), name) }
}

// writeReviews writes files of decisions on the display ID L1.
func writeReviews(t *testing.T, dir string) {
	t.Helper()
	row := question.Question{Kind: question.DisplayIDs, Text: "L1"}
	for name, one := range map[string]review.Decision{
		"chosen.jsonl": {Choice: review.Chosen, ID: 15, Shown: []int64{15}, Record: "x"},
		"none.jsonl":   {Choice: review.None, Shown: []int64{15}},
	} {
		d, err := review.Open(filepath.Join(dir, name), review.Options{Host: "loanpro.simnang.com", Tenant: "77"})
		if err != nil {
			t.Fatal(err)
		}
		one.Row = d.Key(&row)
		if err := errors.Join(d.Add(one), d.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// clients are of one tenant, of another one, and of one at another host. None is
// ever asked.
var clients = map[string]*loanpro.Client{
	"":       idleClient("https://loanpro.simnang.com/api/public/api/1", "77"),
	"tenant": idleClient("https://loanpro.simnang.com/api/public/api/1", "78"),
	"host":   idleClient("https://loans.example.com/api/public/api/1", "77"),
}

func idleClient(base, id string) *loanpro.Client {
	token, err := loanpro.NewToken("x")
	if err != nil {
		panic(err)
	}
	client, err := loanpro.New(loanpro.Config{BaseURL: base, TenantID: id, Token: token, Pace: pace.NewLocal(1), Workers: 1, Timeout: time.Second})
	if err != nil {
		panic(err)
	}
	return client
}

// Whoever adds a field to Job says here whether it decides what rows ask.
func TestEveryFieldOfAJobIsSaidToDecideOrNot(t *testing.T) {
	t.Parallel()
	fields := map[string]bool{}
	for field := range reflect.TypeFor[Job]().Fields() {
		fields[field.Name] = true
		if field.Type.Kind() != reflect.Struct {
			continue
		}
		delete(fields, field.Name) // a group
		for inner := range field.Type.Fields() {
			fields[field.Name+"."+inner.Name] = true
		}
	}
	for name := range fields {
		if _, listed := variations[name]; !listed {
			t.Errorf("whether %s decides what rows ask is not said", name)
		}
	}
	for name := range variations {
		if !fields[name] {
			t.Errorf("a job has no field %s", name)
		}
	}
}

const (
	answerHeader = "match_status,loan_id,customer_id,matched_value,match_confidence,match_reasons,candidates"
	reportHeader = "error_row,error_code,error_message,error_hint,error_candidates,choose"
)

// identityInputs are sheets with every kind of column that decides what a row
// asks. Some rows ask for different things by different columns.
var identityInputs = map[string]string{
	"plain": "Display ID,Loan ID,Customer Number\nL1,12,C1\nL2,13,C2\n,14,\n",
	"earlier output": "Display ID,Loan ID,Customer Number," + answerHeader + "\n" +
		"L1,12,C1,invalid,,,,,by: -damaged_in_sheet,\nL2,13,C2,matched,5,6,L2,exact,,\n",
	"output with a prefix": "Display ID,x_match_reasons,C," + prefixed("x_", answerHeader) + "\n" +
		"L1,12,C1,invalid,,,,,by: -damaged_in_sheet,\nL2,13,C2,matched,5,6,L2,exact,,\n",
	"two blocks": "Display ID," + answerHeader + "," + prefixed(question.FallbackPrefix, answerHeader) + "\n" +
		"L1,invalid,,,,,by: -damaged_in_sheet,,not_found,,,,,,\nL2,not_found,,,,,,,invalid,,,,,by: -damaged_in_sheet,\n",
	"report": "Display ID,Loan ID,Customer Number," + reportHeader + "\n" +
		"L1,12,C1,2,damaged_in_sheet,m,h,,\nL2,13,C2,3,duplicate,m,h,15:9,15\nL3,16,C3,4,not_found,m,h,,\n",
	"page column": "Display ID,page_url,Customer Number," + prefixed(question.FallbackPrefix, answerHeader) + "\n" +
		"L1,x,C1,invalid,,,,,by: -damaged_in_sheet,\nL2,x,C2,matched,5,6,L2,exact,,\n",
	"decided": "Display ID,Loan ID,Customer Number," + answerHeader + "\n" +
		"L1,12,C1,matched,5,6,L1,chosen,by: +chosen,\nL2,13,C2,matched,7,8,L9,exact,by: +corrected +display_id(exact),\nL2,14,C3,ambiguous,,,,,,\n",
	"pages": "Display ID,Loan ID\nhttps://loanpro.simnang.com/client/app/index.php#/t_/77/loan/1,12\n" +
		"https://loans.example.com/client/app/index.php#/t_/78/loan/2,13\nL3,14\n",
	"people": "Name,Zip,Email,Last Name,Loan Number\nAnna Kowalski,12345,a@example.com,Olson,L1\n" +
		"Anna Kowalski,12346,b@example.com,Smith,L2\nPeter Olson,,,,\n",
	"parts":       "First Name,Last Name,Zip\nAnna,Kowalski,12345\nPeter,,12346\n",
	"delimiters":  "Display ID;Customer Number;Zip\nA,B;C;1\nD,E;F;2\n",
	"other bytes": "Display ID,Note\nL\xe9,x\n",
}

func prefixed(prefix, header string) string {
	names := strings.Split(header, ",")
	for i := range names {
		names[i] = prefix + names[i]
	}
	return strings.Join(names, ",")
}

// seen is a run as far as its answers can be mistaken: its identity, the
// questions by ordinal, and what each row asks.
type seen struct {
	identity journal.Identity
	asks     string
}

// look returns what a job would ask; false: it cannot be run.
func look(t *testing.T, j *Job) (seen, bool) {
	t.Helper()
	job := *j
	r := newRun(&job)
	if err := r.begin(); err != nil {
		return seen{}, false
	}
	defer r.newest.in.Reader.Close()
	var err error
	if r.previous, err = r.newest.delivery().FindPrevious(); err != nil {
		return seen{}, false
	}
	identity, err := r.newest.identity()
	if err != nil {
		t.Fatal(err)
	}
	var asks strings.Builder
	cached := func(number uint64, q *question.Question) *answer.Outcome {
		fmt.Fprintf(&asks, "%d: %d %q", number, q.Kind.Key, q.Name())
		if q.Person != nil {
			fmt.Fprintf(&asks, " %+v %q %t", q.Person.Person, q.Person.Loan, q.Person.NameOnly)
		}
		if q.Review != nil {
			fmt.Fprintf(&asks, " reviewed %v", q.Review.Shown)
		}
		asks.WriteByte('\n')
		return nil
	}
	reader := r.newest.rowReader()
	rows := func(yield func(sheet.Row, error) bool) {
		for row, err := range r.newest.in.Reader.Rows() {
			if err == nil {
				q, why := reader.Ask(row)
				fmt.Fprintf(&asks, "row %d asks %q %v\n", row.Line, q.Name(), why)
			}
			if !yield(row, err) {
				return
			}
		}
	}
	for _, err := range lookup.NewBatcher(reader, 1, cached).Batches(rows) {
		if err != nil {
			return seen{}, false
		}
	}
	if _, err := r.newest.identity(); err != nil {
		t.Fatal(err)
	}
	return seen{identity, asks.String()}, true
}

// identityJobs returns a job for each input, a workbook of two sheets among them.
func identityJobs(t *testing.T) map[string]*Job {
	t.Helper()
	dir := t.TempDir()
	jobs := map[string]*Job{}
	for name, content := range identityInputs {
		path := filepath.Join(dir, name+".csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		jobs[name] = &Job{Input: Input{Path: path, By: question.DisplayIDs.Flag}, Lookup: lookup.Options{Client: clients[""]}, Log: slog.New(slog.DiscardHandler)}
	}
	writeReviews(t, dir)
	path := filepath.Join(dir, "book.xlsx")
	writeTwoSheets(t, path)
	jobs["workbook"] = &Job{Input: Input{Path: path, By: question.DisplayIDs.Flag}, Lookup: lookup.Options{Client: clients[""]}, Log: slog.New(slog.DiscardHandler)}
	return jobs
}

// writeTwoSheets writes a workbook with a header in row 1 of each sheet, and what
// may be one in row 3.
func writeTwoSheets(t *testing.T, path string) {
	t.Helper()
	header := []string{"Display ID", "Loan ID", "Customer Number"}
	w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: header})
	if err != nil {
		t.Fatal(err)
	}
	second, err := sheet.AddSheet(w, "Second", sheet.Layout{Header: header})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]string{{"L1", "12", "C1"}, header, {"L2", "13", "C2"}, {"L3", "14", "C3"}} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
		if err := second.Write([]string{fmt.Sprint("S", i), row[1], row[2]}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}

// Whatever is varied, together with anything that decides, rows ask the same questions in
// the same order, or the run is another one.
func TestRunsOfOneIdentityAskTheSame(t *testing.T) {
	t.Parallel()
	all, deciding := []variation{}, 0
	for _, name := range slices.Sorted(maps.Keys(variations)) {
		if v := variations[name]; v.decides {
			all, deciding = append(v.values, all...), deciding+len(v.values)
		} else {
			all = append(all, v.values...)
		}
	}
	asks, whose := map[journal.Identity]string{}, map[journal.Identity]string{}
	ran, differ := 0, map[string]bool{}
	for name, base := range identityJobs(t) {
		for i := range all {
			for k := range min(i+1, deciding) {
				if !full() && k > 0 && (i+k)%40 != 0 {
					continue
				}
				j := *base
				all[i](&j)
				all[k](&j)
				got, ok := look(t, &j)
				if !ok {
					continue
				}
				ran++
				differ[got.asks] = true
				if first, known := asks[got.identity]; known && (first != got.asks || whose[got.identity] != name) {
					t.Fatalf("%s: runs of one identity ask\n%s\nand\n%s", name, first, got.asks)
				}
				asks[got.identity], whose[got.identity] = got.asks, name
			}
		}
	}
	if ran < sized(100, 2000) || len(differ) < sized(50, 60) {
		t.Errorf("%d runs ask %d different things: the test says little", ran, len(differ))
	}
}

// What decides makes another run of some input; what does not makes none.
func TestWhatMakesAnotherRun(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	jobs := identityJobs(t)
	for field, v := range variations {
		changed := 0
		for name, base := range jobs {
			changed += changes(t, base, v.values)
			if changed > 0 && !v.decides {
				t.Fatalf("%s makes another run of %s", field, name)
			}
		}
		if v.decides && changed == 0 && len(v.values) > 0 {
			t.Errorf("%s makes no other run of any input", field)
		}
	}
}

// changes counts the values that make another run of a job, of its column A, or
// of the people in it.
func changes(t *testing.T, base *Job, values []variation) int {
	t.Helper()
	changed := 0
	for _, as := range []variation{func(*Job) {}, func(j *Job) { j.Input.Column = "A" }, by(question.Names)} {
		for _, change := range values {
			before := *base
			as(&before)
			after := before
			change(&after)
			if was, is := lookBoth(t, &before, &after); was != is {
				changed++
			}
		}
	}
	return changed
}

// lookBoth returns the identities of two jobs, twice the same where one of them
// cannot be run.
func lookBoth(t *testing.T, a, b *Job) (was, is journal.Identity) {
	t.Helper()
	first, ok := look(t, a)
	second, both := look(t, b)
	if !ok || !both {
		return first.identity, first.identity
	}
	return first.identity, second.identity
}

// A column that is named as the header has it anyway makes no other run.
func TestWhatIsResolvedCountsAndNotWhatIsGiven(t *testing.T) {
	t.Parallel()
	jobs := identityJobs(t)
	for _, c := range []struct {
		input  string
		change variation
	}{
		{"plain", func(j *Job) { j.Input.Column = "display id" }},
		{"plain", func(j *Job) { j.Input.Encoding, j.Input.Delimiter = sheet.UTF8, sheet.Comma }},
		{"plain", func(j *Job) { j.Input.Evidence = map[question.Evidence]string{"zip": "C"} }},
		{"plain", func(j *Job) { j.Input.By = "" }},
		{"workbook", func(j *Job) { j.Input.Sheet, j.Input.HeaderRow = "1", 1 }},
	} {
		j := *jobs[c.input]
		c.change(&j)
		was, ok := look(t, jobs[c.input])
		is, both := look(t, &j)
		if !ok || !both || was != is {
			t.Errorf("another run of %s: %+v, %+v", c.input, was, is)
		}
	}
}

// A question's tag differs for whatever makes another question, and for others'
// secrets.
func TestTags(t *testing.T) {
	t.Parallel()
	own, err := newTagger([]byte("s"))
	if err != nil {
		t.Fatal(err)
	}
	others, err := newTagger([]byte("t"))
	if err != nil {
		t.Fatal(err)
	}
	first := question.Question{Kind: question.DisplayIDs, Text: "L1"}
	tags := []tag{own.of(&first), others.of(&first)}
	questions := []question.Question{{Kind: question.LoanIDs, Text: "L1"}, {Kind: question.DisplayIDs, Text: "L2"}, {Kind: question.DisplayIDs}, {Kind: question.LoanIDs, Text: "1"}}
	const page = "https://loanpro.simnang.com/client/app/index.php#/t_/797/loan/1"
	for _, by := range []*question.Kind{question.DisplayIDs, question.CustomerIDs} {
		reader := question.NewReader(&question.Columns{Kind: by, Ours: question.Ours{Mark: -1, Choose: 1, Candidates: -1, Code: -1}}, "", "797", false)
		for _, cells := range [][]string{{page, ""}, {page + "/customer/7", ""}, {"1", "1"}, {"1", "1!"}, {"2", "1"}} {
			if q, why := reader.Ask(sheet.Row{Cells: cells}); why.Code == "" {
				questions = append(questions, q)
			}
		}
	}
	for _, q := range questions {
		tags = append(tags, own.of(&q))
	}
	for i, tag := range tags {
		if slices.Contains(tags[:i], tag) {
			t.Errorf("tag %d is that of another question", i)
		}
	}
	if own.of(&first) != tags[0] {
		t.Error("a question has two tags")
	}
}

// journalOptions are those of a job's journal.
func (j *Job) journalOptions(t *testing.T) journal.Options {
	t.Helper()
	job := *j
	r := newRun(&job)
	if err := r.begin(); err != nil {
		t.Fatal(err)
	}
	defer r.newest.in.Reader.Close()
	identity, err := r.newest.identity()
	if err != nil {
		t.Fatal(err)
	}
	return journal.Options{Path: j.file("in.resolved.csv.journal"), Secret: j.Lookup.Client.Derive("journal"), Identity: identity}
}

// shiftJournal has each answer of a job's journal, but for the first some, be that
// to the next question.
func (j *Job) shiftJournal(t *testing.T, some uint64) {
	t.Helper()
	options := j.journalOptions(t)
	old, _, err := journal.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[uint64][]byte{}
	for record, err := range old.Replay() {
		if err != nil {
			t.Fatal(err)
		}
		if record.Ordinal >= some && record.Ordinal < baselineNumber {
			record.Ordinal++
		}
		answers[record.Ordinal] = slices.Clone(record.Answer)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	shifted, err := journal.Fresh(options)
	if err != nil {
		t.Fatal(err)
	}
	for ordinal, answer := range answers {
		if err := shifted.Add(ordinal, answer); err != nil {
			t.Fatal(err)
		}
	}
	if err := shifted.Close(); err != nil {
		t.Fatal(err)
	}
}

// An answer whose question is not that of the row is not used, whatever its
// ordinal: its row is asked again, and one warning says so.
func TestAnswersToOtherQuestionsAreNotUsed(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil), "L000212", "LN00000456", "NONE-1", "DISP_ID_001", "NONE-2")
	j.keepsJournal(t)
	const untouched = 2
	j.shiftJournal(t, untouched)
	warnings := 0
	listen(j, func(line string) {
		if strings.Contains(line, "some saved answers of the interrupted run do not fit") {
			warnings++
		}
	})
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"L000212 matched", "LN00000456 matched", "NONE-1 not_found", "DISP_ID_001 matched", "NONE-2 not_found"}
	if diff := cmp.Diff(want, j.statuses(t)); diff != "" || summary.Resumed != untouched || warnings != 1 {
		t.Errorf("%d answers were used, %d warnings: %s", summary.Resumed, warnings, diff)
	}
}

// A row that an earlier output marks as damaged asks something under another
// prefix: all later questions have other ordinals, and each row its own answer.
func TestAnotherPrefixShiftsNoAnswers(t *testing.T) {
	t.Parallel()
	client := tenant(t, nil)
	j := job(t, client)
	input := "Display ID," + answerHeader + "\nL000212,invalid,,,,,by: -damaged_in_sheet,\nLN00000456,,,,,,,\nNONE-1,,,,,,,\nDISP_ID_001,,,,,,,\n"
	if err := os.WriteFile(j.Input.Path, []byte(input), 0o600); err != nil {
		t.Fatal(err)
	}
	j.keepsJournal(t)
	j.Output.Prefix = "x_"
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resumed := j.content(t, "in.resolved.csv")
	j.Resume.Fresh, j.Output.Force = true, true
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(j.content(t, "in.resolved.csv")), string(resumed)); diff != "" || summary.Resumed != 0 || summary.Questions != 4 {
		t.Errorf("%d of %d questions resumed: %s", summary.Resumed, summary.Questions, diff)
	}
}

// replaceInput gives a job another input: in place, or as an editor saves it.
func (j *Job) replaceInput(t *testing.T, content string, inPlace bool) {
	path := j.Input.Path
	if !inPlace {
		path = filepath.Join(t.TempDir(), "new.csv")
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Error(err)
	}
	if inPlace {
		return
	}
	if err := os.Rename(path, j.Input.Path); err != nil {
		t.Error(err)
	}
}

// wantChanged checks that a run was refused because its input changed, and has
// written nothing but its account and its journal.
func (j *Job) wantChanged(t *testing.T, err error, left string) {
	t.Helper()
	e, ok := errors.AsType[*delivery.ChangedError](err)
	if !ok || e.File != j.Input.Path || !strings.Contains(e.Advice(), "nothing was written") {
		t.Fatalf("got %v", err)
	}
	j.left(t, left)
	if account := j.content(t, "in.summary.json"); !bytes.Contains(account, []byte("was changed while loanmap ran")) {
		t.Errorf("the summary says %s", account)
	}
}

// An input whose columns are in another order after the wait, or that is gone, is
// refused before anything more is asked. One that is saved as it was is not.
func TestAnInputThatChangesWhileARunWaitsIsRefused(t *testing.T) {
	t.Parallel()
	const was, is = "Display ID,Loan Number 2\nL000212,NONE-1\nNONE-2,LN00000456\n", "Loan Number 2,Display ID\nNONE-1,L000212\nLN00000456,NONE-2\n"
	for name, change := range map[string]func(t *testing.T, j *Job){
		"in place":      func(t *testing.T, j *Job) { j.replaceInput(t, is, true) },
		"by a new file": func(t *testing.T, j *Job) { j.replaceInput(t, is, false) },
		"same":          func(t *testing.T, j *Job) { j.replaceInput(t, was, false) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			j := job(t, tenant(t, func(http.ResponseWriter, *http.Request) bool { asked.Add(1); return false }))
			j.replaceInput(t, was, true)
			j.Input.Column, j.Resume.RetryNotFoundAfter = "A", time.Millisecond
			before := int64(0)
			asksAgain(j, func() { change(t, j); before = asked.Load() })
			_, err := j.Run(t.Context())
			if name == "same" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			j.wantChanged(t, err, "in.csv in.resolved.csv.journal in.summary.json")
			if asked.Load() != before {
				t.Error("it went on asking")
			}
		})
	}
}

// So is one that changes before a run starts over.
func TestAnInputThatChangesBeforeARunStartsOverIsRefused(t *testing.T) {
	t.Parallel()
	j, _ := jobOfSeconds(t, 400, func() {})
	heard := j.Log.Handler().(listener).heard
	listen(j, func(line string) {
		heard(line)
		if strings.Contains(line, "starting over") {
			j.replaceInput(t, "Other,Display ID\nL000212,LN00000456\n", false)
		}
	})
	_, err := j.Run(t.Context())
	j.wantChanged(t, err, "customers.csv in.csv in.summary.json loans.csv")
}

// What is written while a run reads it, too, even where no row becomes longer.
func TestAnInputThatChangesWhileItIsReadIsRefused(t *testing.T) {
	t.Parallel()
	const rows = 400_000
	j := job(t, tenant(t, nil), slices.Repeat([]string{"L000212"}, rows)...)
	var once sync.Once
	j.Progress = func(p Progress) {
		if p.Rows == 0 {
			return
		}
		once.Do(func() {
			file, err := os.OpenFile(j.Input.Path, os.O_WRONLY, 0)
			if err != nil {
				t.Error(err)
				return
			}
			defer file.Close()
			if _, err := file.WriteAt([]byte("L000213\n"), int64(len("Display ID\n")+(rows-1)*len("L000212\n"))); err != nil {
				t.Error(err)
			}
		})
	}
	_, err := j.Run(t.Context())
	e, ok := errors.AsType[*delivery.ChangedError](err)
	if !ok || e.File != j.Input.Path || delivery.Exists(j.file("in.resolved.csv")) {
		t.Errorf("got %v", err)
	}
}
