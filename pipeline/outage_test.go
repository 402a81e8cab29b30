package pipeline

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/question"
)

var wantedOutages = flag.Int("outages", 0, "how many random outages of the index to survive; 0: 2, or 20 without -short")
var onlyOutage = flag.Int("outage", -1, "the one outage to try; -1: all")

// scene is a sheet, a tenant, and what a run without an outage makes of them.
type scene struct {
	name     string
	by       *question.Kind
	batch    int
	options  sandbox.Options
	input    string
	calm     map[int]verdictOf // by row
	output   string            // the calm run's bytes
	requests int               // of the calm run
	probe    int               // of them, of its first probe
}

// verdictOf is what an output says of a row.
type verdictOf struct{ status, id string }

// crowdedLoans is a tenant in which losing records makes matches wrong: display
// IDs that several loans have, also in other case, and deleted twins.
func crowdedLoans(t *testing.T) (dir string) {
	a := &adversary{}
	for n := range 300 {
		id := fmt.Sprintf("L%06d", n)
		a.row(id, "", "")
		a.loan(id)
	}
	for n := range 90 {
		id := fmt.Sprintf("TWIN-%d", n)
		a.row(id, "", "")
		a.loan(id)
		a.loan(strings.ToLower(id))
		a.loan([]string{id, id, strings.ToLower(id)}[n%3], [][]string{nil, {"archived"}, {"deleted"}}[n%3]...)
		a.row(fmt.Sprintf("NONE-%d", n), "", "")
	}
	rand.New(rand.NewPCG(5, 6)).Shuffle(len(a.rows), func(i, j int) { a.rows[i], a.rows[j] = a.rows[j], a.rows[i] })
	dir = t.TempDir()
	a.write(t, dir)
	return dir
}

// scenes are the kinds of sheets that outages are tried on.
func scenes(t *testing.T) []*scene {
	dir := crowdedLoans(t)
	people := sandbox.Options{Loans: 400, People: 900, Present: 0.9}
	box, err := sandbox.New(people)
	if err != nil {
		t.Fatal(err)
	}
	sheetOfNames := filepath.Join(t.TempDir(), "in.csv")
	writePeople(t, sheetOfNames, box, 160)
	ids := filepath.Join(t.TempDir(), "in.csv")
	text := "Loan ID\n"
	for n := range 450 {
		text += fmt.Sprintln(1000 + 2*n)
	}
	if err := os.WriteFile(ids, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list := []*scene{
		{name: "display IDs", by: question.DisplayIDs, batch: 200, options: sandbox.Options{Dir: dir}, input: filepath.Join(dir, "in.csv")},
		{name: "display IDs one by one", by: question.DisplayIDs, batch: 1, options: sandbox.Options{Dir: dir}, input: filepath.Join(dir, "in.csv")},
		{name: "loan IDs", by: question.LoanIDs, batch: 200, options: sandbox.Options{Dir: dir}, input: ids},
		{name: "names", by: question.Names, batch: 200, options: people, input: sheetOfNames},
	}
	for _, s := range list {
		s.rehearse(t)
	}
	return list
}

// job is one run of a scene, in a folder of its own.
func (s *scene) job(t *testing.T, client *loanpro.Client, dir string) *Job {
	j := job(t, client)
	j.Input.By, j.Lookup.Batch = s.by.Flag, s.batch
	text, err := os.ReadFile(s.input)
	if err == nil {
		j.Input.Path = filepath.Join(dir, "in.csv")
		err = os.WriteFile(j.Input.Path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (s *scene) rehearse(t *testing.T) {
	client, _ := tenantOf(t, s.options, nil)
	j := s.job(t, client, t.TempDir())
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.calm, s.output = j.verdicts(t)
	s.requests, s.probe = int(summary.LoanPro.Requests), summary.LoanPro.Probe.Requests
	t.Logf("%s: %d rows, %d requests, %v", s.name, len(s.calm), s.requests, summary.Status)
}

// verdicts returns what an output says of each row, and its bytes.
func (j *Job) verdicts(t *testing.T) (map[int]verdictOf, string) {
	text, err := os.ReadFile(j.file("in.resolved.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	said := map[int]verdictOf{}
	status := 0
	for i, name := range rows[0] {
		if name == "match_status" {
			status = i
		}
	}
	for i, row := range rows[1:] {
		said[i] = verdictOf{row[status], row[status+1] + "/" + row[status+2]}
	}
	return said, string(text)
}

// ordeal is an outage.
type ordeal struct {
	faults sandbox.Faults
	ends   bool // well before Patience is over
	stop   int  // the request at which the run is stopped, to be resumed; 0: none
}

// ordealOf draws an outage: its beginning, its length in requests or time, the
// share of the index that is gone, and whether answers admit it.
func ordealOf(dice *rand.Rand, s *scene) ordeal {
	o := ordeal{ends: true}
	f := &o.faults
	f.Seed = dice.Uint64()
	share := []float64{0.05, 0.1, 0.2, 0.2, 0.5, 1}[dice.IntN(6)]
	f.Admit = []string{"", "", "", "timed-out", "shards", "summary", "d"}[dice.IntN(7)]
	if dice.IntN(6) == 0 {
		f.Partial, f.PartialLoses = 0.1+0.2*dice.Float64(), share
		o.ends = false // it goes on to the end
	} else {
		f.Forget, f.ForgetFrom = share, 2+dice.IntN(s.requests)
		if dice.IntN(3) == 0 { // among the rows
			f.ForgetFrom = s.probe + dice.IntN(max(1, s.requests-s.probe))
		}
		switch dice.IntN(5) {
		case 0:
			f.ForgetFor = time.Duration(1+dice.IntN(500)) * time.Millisecond
		case 1: // for good
			o.ends = false
			if f.ForgetFrom < s.probe { // or the run would know no other index
				f.ForgetFrom = s.probe + 1
			}
		default:
			f.ForgetRequests = 1 + dice.IntN(4)
		}
	}
	if dice.IntN(4) == 0 {
		o.stop = 2 + dice.IntN(s.requests)
	}
	return o
}

func (o ordeal) String() string {
	f := o.faults
	return fmt.Sprintf("forget %v from %d for %d requests or %v, partial %v of %v, admits %q, stopped at %d",
		f.Forget, f.ForgetFrom, f.ForgetRequests, f.ForgetFor, f.Partial, f.PartialLoses, f.Admit, o.stop)
}

// endure runs a scene through an outage, and returns the job. It is nil where the
// run has ended with an error.
func (s *scene) endure(t *testing.T, o ordeal, dir string) (*Job, error) {
	options := s.options
	options.Faults = o.faults
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	var requests atomic.Int64
	client, _ := tenantOf(t, options, stopAfter(&requests, int64(o.stop), cancel))
	j := s.job(t, client, dir)
	_, err := j.Run(ctx)
	if ctx.Err() != nil {
		_, err = j.Run(t.Context())
	}
	return j, err
}

// An index may forget for a while, in part or all of it, whenever it likes: no
// row is matched that would not be, to another record, or not found though it
// exists; and what ends in time leaves the bytes of a calm run.
func TestNoOutageMakesAWrongAnswer(t *testing.T) {
	all := scenes(t)
	t.Run("random", func(t *testing.T) {
		var ended, changed, failed atomic.Int64
		outages := wanted(*wantedOutages, 2, 20)
		each(outages, func(seed int) {
			if *onlyOutage >= 0 && seed != *onlyOutage {
				return
			}
			dice := rand.New(rand.NewPCG(uint64(seed), 7))
			s := all[seed%len(all)]
			o := ordealOf(dice, s)
			where := fmt.Sprintf("outage %d, %s, %s", seed, s.name, o)
			begun := time.Now()
			j, err := s.endure(t, o, t.TempDir())
			if took := time.Since(begun); took > 5*time.Second {
				t.Logf("%s: %v", where, took)
			}
			if err != nil {
				failed.Add(1)
				if o.ends {
					t.Errorf("%s: %v", where, err)
				}
				return
			}
			got, output := j.verdicts(t)
			if output == s.output {
				ended.Add(1)
			} else {
				changed.Add(1)
				if o.ends {
					t.Errorf("%s: the output is %s%s", where, differs(s.output, output), j.failures())
				}
			}
			s.compare(t, where, got)
		})
		t.Logf("%d outages: %d runs with a calm run's bytes, %d with rows left open, %d ended by it",
			outages, ended.Load(), changed.Load(), failed.Load())
	})
}

// compare fails the test if a row claims what it does not in a calm run.
func (s *scene) compare(t *testing.T, where string, got map[int]verdictOf) {
	wrong := 0
	for i, calm := range s.calm {
		claims := got[i].status == "matched" || got[i].status == "not_found"
		if claims && got[i] != calm {
			if wrong++; wrong < 4 {
				t.Errorf("%s: row %d is %v, and %v without the outage", where, i, got[i], calm)
			}
		}
	}
	if wrong >= 4 {
		t.Errorf("%s: %d rows in all", where, wrong)
	}
}

// stopAfter ends a run when the n-th request has come.
func stopAfter(requests *atomic.Int64, n int64, stop context.CancelCauseFunc) fault {
	return func(http.ResponseWriter, *http.Request) bool {
		if requests.Add(1) == n {
			stop(errStopped)
		}
		return false
	}
}

// differs returns the first lines in which outputs differ.
func differs(a, b string) string {
	was, is := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			return fmt.Sprintf("%q, and in a calm run %q", is[i], was[i])
		}
	}
	return "in length"
}

// failures says what the report has on rows that failed.
func (j *Job) failures() string {
	report, _ := os.ReadFile(j.file("in.errors.csv"))
	for line := range strings.Lines(string(report)) {
		if strings.Contains(line, ",search_failed,") {
			return "; " + line
		}
	}
	return ""
}
