package pipeline

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

var wholeQuality = flag.Bool("quality", false, "measure names at full size: 30,000 rows over 100,000 people")

// TestQuality resolves noisy rows about made-up people, of whom some are not in
// the tenant, and holds what it finds against the truth. With -quality it prints
// the table of the README.
func TestQuality(t *testing.T) {
	people, rows := 8_000, 2_500
	if *wholeQuality {
		people, rows = 100_000, 30_000
	} else if !full() {
		people, rows = 3_000, 800
	}
	for _, present := range []float64{0.5, 0.9} {
		for _, access := range []lookup.Access{lookup.Search, lookup.Scan} {
			t.Run(fmt.Sprintf("%s %v", access, present), func(t *testing.T) {
				q := measure(t, people, rows, present, access)
				if *wholeQuality {
					fmt.Print(q.report(t))
				}
				q.check(t)
			})
		}
	}
}

// TestQualityOfDistinctPeople measures a tenant in which people who live together have
// different surnames: there a name and a phone are enough, as the measured risk says.
func TestQualityOfDistinctPeople(t *testing.T) {
	people, rows := 20_000, 2_000 // fewer customers prove less than the default of the risk
	if *wholeQuality {
		people, rows = 20_000, 15_000
	} else if !full() {
		t.Skip("make check runs it")
	}
	q := measureIn(t, sandbox.Options{Loans: people / 2, People: people * 6 / 10, Present: 0.9, Distinct: true}, rows, lookup.Scan)
	if *wholeQuality {
		fmt.Print(q.report(t))
	}
	q.check(t)
	// One phone in five is outdated, or the record has none: such rows have nothing that confirms them.
	phone := q.of(func(j *judgement) bool {
		return j.evidence() == "phone" && strings.Contains(j.reasons, "same phone")
	}, matched)
	t.Logf("%d rows with the right phone, and a ZIP code at most: %d matched, %d wrong, recall %.3f", phone.exist, phone.given, phone.wrong, phone.recall())
	if phone.wrong > 0 || phone.recall() < 0.95 {
		t.Errorf("rows with the right phone, and a ZIP code at most: %d wrong, recall %.3f", phone.wrong, phone.recall())
	}
}

// judgement is a row with what was found and what is true.
type judgement struct {
	sandbox.PersonRow
	status, code, confidence, found, reasons string
	candidates                               []string
}

func (j *judgement) exists() bool { return j.Truth != 0 }

// right reports whether a matched row was given the right customer.
func (j *judgement) right() bool { return j.status == "matched" && j.means(j.found) }

func (j *judgement) means(id string) bool {
	return id != "" && j.exists() && (id == strconv.Itoa(j.Truth) || slices.ContainsFunc(j.Also, func(other int) bool { return id == strconv.Itoa(other) }))
}

// evident reports whether the row holds what is to be enough, if it is true.
func (j *judgement) evident() bool { return j.Birth != "" || j.SSN != "" || j.Email != "" }

// evidence returns the kind of the strongest evidence of the row.
func (j *judgement) evidence() string {
	switch {
	case j.Loan != "" || j.CustomID != "":
		return "custom ID or loan"
	case j.Birth != "" || j.SSN != "":
		return "birth date or SSN"
	case j.Email != "":
		return "email"
	case j.Phone != "":
		return "phone"
	case j.Zip != "":
		return "zip alone"
	}
	return "name alone"
}

// quality is the result of a run.
type quality struct {
	access   lookup.Access
	present  float64
	rows     []judgement
	requests float64 // per 1,000 rows
	first    rates   // baseline: the first hit of a plain search
	unique   rates   // baseline: the only customer of exactly this name
}

// rates counts answers.
type rates struct{ given, wrong, exist, right int }

func (r *rates) add(given, right, exists bool) {
	if given {
		r.given++
	}
	if exists {
		r.exist++
	}
	switch {
	case given && right:
		r.right++
	case given:
		r.wrong++
	}
}

func (r *rates) precision() float64 { return 1 - float64(r.wrong)/max(1, float64(r.given)) }
func (r *rates) recall() float64    { return float64(r.right) / max(1, float64(r.exist)) }

// bound is what the precision is at least, with 95 % confidence (Clopper-Pearson,
// one-sided): the share of errors at which so few would come in 5 of 100 runs.
func (r *rates) bound() float64 {
	low, high := 0.0, 1.0
	for range 60 {
		p := (low + high) / 2
		if atMost(r.wrong, r.given, p) > 0.05 {
			low = p
		} else {
			high = p
		}
	}
	return 1 - high
}

// atMost is how likely k or fewer of n are, each having probability p.
func atMost(k, n int, p float64) float64 {
	sum := 0.0
	choose, _ := math.Lgamma(float64(n + 1))
	for i := range k + 1 {
		a, _ := math.Lgamma(float64(i + 1))
		b, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(choose - a - b + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

// measure resolves rows about people, of whom a share is in the tenant.
func measure(t *testing.T, people, rows int, present float64, access lookup.Access) *quality {
	t.Helper()
	// Three in five customers have loans, and ten loans eight customers.
	loans := int(0.75 * present * float64(people))
	return measureIn(t, sandbox.Options{Loans: loans, People: people - loans*8/10, Present: present}, rows, access)
}

func measureIn(t *testing.T, options sandbox.Options, rows int, access lookup.Access) *quality {
	t.Helper()
	client, box := tenantOf(t, options, nil)
	j := job(t, client)
	j.Input.By, j.Lookup.Batch, j.Lookup.Plan, j.Lookup.MaxRisk = question.Names.Flag, 200, access, lookup.DefaultMaxRisk
	q := &quality{access: access, present: options.Present, rows: writePeople(t, j.Input.Path, box, rows)}
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	q.requests = float64(summary.LoanPro.Requests) / float64(rows) * 1000
	q.read(t, j)
	q.baselines(t, box)
	return q
}

var peopleHeader = []string{"Name", "Email", "Phone", "Birth Date", "SSN", "Zip", "Customer Number", "Loan Number"}

func writePeople(t *testing.T, path string, box *sandbox.Sandbox, n int) []judgement {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := csv.NewWriter(file)
	out.UseCRLF = true
	_ = out.Write(peopleHeader)
	var rows []judgement
	for p := range box.PersonRows(n, 7) {
		rows = append(rows, judgement{PersonRow: p})
		_ = out.Write([]string{p.Name, p.Email, p.Phone, p.Birth, p.SSN, p.Zip, p.CustomID, p.Loan})
	}
	out.Flush()
	if out.Error() != nil {
		t.Fatal(out.Error())
	}
	return rows
}

// read takes what the run has found from its output and its report.
func (q *quality) read(t *testing.T, j *Job) {
	t.Helper()
	output := rowsOf(t, j.file("in.resolved.csv"))
	for i, row := range output {
		of := &q.rows[i]
		of.status, of.found, of.confidence = row["match_status"], row["customer_id"], row["match_confidence"]
		of.reasons = row["match_reasons"]
		for candidate := range strings.SplitSeq(row["candidates"], ";") {
			id, _, _ := strings.Cut(strings.TrimSpace(candidate), " ")
			of.candidates = append(of.candidates, id)
		}
	}
	if len(output) != len(q.rows) {
		t.Fatalf("%d rows came out of %d", len(output), len(q.rows))
	}
	at := 0
	for _, row := range rowsOf(t, j.file("in.errors.csv")) {
		for q.rows[at].status == "matched" {
			at++
		}
		q.rows[at].code = row["error_code"]
		at++
	}
}

// rowsOf returns the rows of a file by the names of its columns.
func rowsOf(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// of counts the rows that are wanted; given says which of them count as answered.
func (q *quality) of(wanted func(*judgement) bool, given func(*judgement) bool) rates {
	var r rates
	for i := range q.rows {
		if j := &q.rows[i]; wanted(j) {
			answered := given(j)
			r.add(answered, answered && (j.right() || j.status != "matched" && j.means(j.candidates[0])), j.exists())
		}
	}
	return r
}

func every(*judgement) bool        { return true }
func matched(j *judgement) bool    { return j.status == "matched" }
func relied(j *judgement) bool     { return j.confidence == "strong" || j.confidence == "corroborated" }
func ambiguous(j *judgement) bool  { return j.status == "ambiguous" }
func onNameOnly(j *judgement) bool { return j.code == "name_only" }

// proposed is how often the truth is among the candidates of an ambiguous row.
func (q *quality) proposed() float64 {
	r := rates{}
	for i := range q.rows {
		if j := &q.rows[i]; ambiguous(j) && j.exists() {
			r.add(true, slices.ContainsFunc(j.candidates, j.means), true)
		}
	}
	return r.precision()
}

// check holds what was measured against what is promised.
func (q *quality) check(t *testing.T) {
	t.Helper()
	r, evident := q.of(every, relied), q.of((*judgement).evident, matched)
	t.Logf("%d matched, %d of them wrong; %.3f of those with evidence found; %.3f proposed; %.0f requests per 1,000 rows",
		r.given, r.wrong, evident.recall(), q.proposed(), q.requests)
	if allowed := len(q.rows) / 2000; r.wrong > max(1, allowed) || *wholeQuality && float64(r.wrong)*2000 > float64(r.given) {
		t.Errorf("of %d matches %d are wrong", r.given, r.wrong)
	}
	least := 0.93
	if !*wholeQuality {
		least = 0.90 // of few rows, chance moves it
	}
	if evident.recall() < least {
		t.Errorf("of the rows with birth date, SSN or email whose people exist, %.3f are matched", evident.recall())
	}
	if share := q.proposed(); share < 0.97 {
		t.Errorf("the right customer is among the candidates of %.3f of the ambiguous rows", share)
	}
	if first := q.first.precision(); first > 0.99 || q.first.given == 0 {
		t.Errorf("the first hit of a search is right in %.3f: the rows are too easy to tell anything", first)
	}
	if q.requests > 135 && *wholeQuality {
		t.Errorf("%.0f requests per 1,000 rows", q.requests)
	}
	if t.Failed() || *wholeQuality {
		q.explain(t)
	}
}

// explain shows what went wrong, without anybody's data but made-up ones.
func (q *quality) explain(t *testing.T) {
	t.Helper()
	lost := map[string]int{}
	for i := range q.rows {
		j := &q.rows[i]
		switch {
		case relied(j) && !j.right():
			t.Logf("wrong: row %d %+v", i+2, *j)
			lost["wrong: "+j.reasons]++
		case j.exists() && j.evident() && !matched(j):
			lost[fmt.Sprintf("%s/%s %s", j.status, j.code, j.reasons)]++
		case ambiguous(j) && j.exists() && !slices.ContainsFunc(j.candidates, j.means):
			lost["not proposed: "+j.code+" trap "+j.Trap]++
		}
	}
	for _, why := range slices.SortedFunc(maps.Keys(lost), func(a, b string) int { return lost[b] - lost[a] }) {
		t.Logf("%d lost: %s", lost[why], why)
	}
}

// baselines answers the same rows as is often done.
func (q *quality) baselines(t *testing.T, box *sandbox.Sandbox) {
	t.Helper()
	names := map[string][]string{}
	for c := range box.Customers() {
		name := simplified(c.FullName())
		names[name] = append(names[name], strconv.Itoa(c.ID))
	}
	step := 1
	if *wholeQuality {
		step = 10 // a search each
	}
	for i := range q.rows {
		j := &q.rows[i]
		same := names[simplified(j.Name)]
		q.unique.add(len(same) == 1, len(same) == 1 && j.means(same[0]), j.exists())
		if i%step == 0 {
			hit := firstHit(t, box, j.Name)
			q.first.add(hit != "", j.means(hit), j.exists())
		}
	}
}

// simplified is a name in lower case, surname last.
func simplified(name string) string {
	if last, first, comma := strings.Cut(name, ","); comma {
		name = first + " " + last
	}
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// firstHit is what a plain search puts first.
func firstHit(t *testing.T, box *sandbox.Sandbox, name string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": map[string]any{"match": map[string]any{"customerName": name}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/api/public/api/1/Customers/Autopal.Search()?$top=1", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+box.Token())
	r.Header.Set("Autopal-Instance-Id", box.TenantID())
	w := httptest.NewRecorder()
	box.ServeHTTP(w, r)
	var page struct {
		D struct {
			Results []struct {
				ID string `json:"id"`
			} `json:"results"`
		} `json:"d"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if len(page.D.Results) == 0 {
		return ""
	}
	return page.D.Results[0].ID
}

func (q *quality) report(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	exist := q.of(every, every).exist
	fmt.Fprintf(&out, "\nBy a %s, %d of 100 people asked for are in the tenant (%d rows, %d of them of people who exist; %.0f requests per 1,000 rows)\n\n",
		q.access, int(q.present*100), len(q.rows), exist, q.requests)
	fmt.Fprintf(&out, "| what | answered | wrong | precision (95 %% bound) | recall |\n|---|---|---|---|---|\n")
	line := func(name string, r rates) {
		if r.given == 0 {
			return
		}
		fmt.Fprintf(&out, "| %s | %d | %d | %.4f (%.4f) | %.3f |\n", name, r.given, r.wrong, r.precision(), r.bound(), r.recall())
	}
	line("`matched`", q.of(every, matched))
	for _, tier := range []string{"strong", "corroborated"} {
		line("`"+tier+"`", q.of(every, func(j *judgement) bool { return j.confidence == tier }))
	}
	line("`name_only`, if it were taken", q.of(every, onNameOnly))
	line("the same, if all people were present", q.of((*judgement).exists, onNameOnly))
	for _, kind := range []string{"custom ID or loan", "birth date or SSN", "email", "phone", "zip alone", "name alone"} {
		line("rows with "+kind, q.of(func(j *judgement) bool { return j.evidence() == kind }, matched))
	}
	line("rows with birth date, SSN or email", q.of((*judgement).evident, matched))
	line("baseline: the first hit of a plain search", q.first)
	line("baseline: the only customer of that name", q.unique)
	open := q.of(every, ambiguous)
	fmt.Fprintf(&out, "\n%.1f %% of the rows are `ambiguous`; of those whose people exist, %.1f %% have them among their candidates.\n",
		100*float64(open.given)/float64(len(q.rows)), 100*q.proposed())
	return out.String()
}
