package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dyingRows is how many people a run asks for that is not to come to its end.
const dyingRows = 400

// However a run ends, people are where they belong: those of the input in the
// columns that hold them, and nowhere in journal, lock, summary or messages;
// what only LoanPro knows of them, nowhere.
func TestDyingRunsKeepPeopleToThemselves(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	for _, by := range []string{"loan", "customer"} {
		for name, way := range map[string]dying{
			"SIGINT":       {signal: syscall.SIGINT, code: exitInterrupted},
			"SIGKILL":      {signal: syscall.SIGKILL, code: -1},
			"a full disk":  {blocks: 6, rate: "500", code: exitFailed},
			"401":          {tenant: []string{"--fault-401-from", "90"}, code: exitRefused},
			"max-duration": {flags: []string{"--max-duration", "8s"}, rate: "20", code: exitInterrupted},
		} {
			t.Run(by+" "+name, func(t *testing.T) {
				t.Parallel()
				way.check(t, by)
			})
		}
	}
}

// dying is a way for a run to end.
type dying struct {
	signal        syscall.Signal // sent in mid-run; 0: none
	blocks        int            // the longest file that it may write, in blocks of 512 bytes; 0: any
	tenant, flags []string
	rate          string // "": 40
	code          int
}

func (d dying) check(t *testing.T, by string) {
	t.Helper()
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	dir, people := t.TempDir(), t.TempDir()
	writeCanaries(t, people, filepath.Join(dir, "in.csv"), by)
	env, stop, err := startTenant(binary, people, append([]string{"--tenant-dir", people}, d.tenant...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	stderr := d.run(t, binary, dir, by, env)
	for _, part := range slices.Concat(inputCanaries, tenantCanaries) {
		if strings.Contains(stderr, part) {
			t.Errorf("%q is in a message:\n%s", part, stderr)
		}
	}
	d.checkFiles(t, dir, by)
}

// run starts the job, ends it in its way, and returns its standard error.
func (d dying) run(t *testing.T, binary, dir, by string, env []string) string {
	t.Helper()
	args := slices.Concat([]string{"resolve", "in.csv", "-o", "out.csv", "--by", by, "--plan", "search", "--batch", "2", "--rate", cmp.Or(d.rate, "40"), "-v"}, d.flags)
	run := exec.CommandContext(t.Context(), binary, args...)
	if d.blocks > 0 {
		script := fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, d.blocks)
		run = exec.CommandContext(t.Context(), "sh", slices.Concat([]string{"-c", script, binary}, args)...)
	}
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	run.Dir, run.Stderr, run.Stdout = dir, &stderr, &stderr
	run.Env = slices.Concat(os.Environ(), env, []string{"TMPDIR=" + tmp})
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	if d.signal != 0 {
		waitForRows(t, dir)
		if err := run.Process.Signal(d.signal); err != nil {
			t.Fatal(err)
		}
	}
	_ = run.Wait()
	if code := run.ProcessState.ExitCode(); code != d.code {
		t.Fatalf("exit code %d, not %d\n%s", code, d.code, &stderr)
	}
	return stderr.String()
}

// waitForRows returns once the output in the making has rows.
func waitForRows(t *testing.T, dir string) {
	t.Helper()
	for range 2000 {
		time.Sleep(10 * time.Millisecond)
		partial, _ := filepath.Glob(filepath.Join(dir, ".out.csv.*.partial"))
		for _, path := range partial {
			if info, err := os.Stat(path); err == nil && info.Size() > 0 {
				return
			}
		}
	}
	t.Fatal("the output gets no rows")
}

// checkFiles looks into every file that is left.
func (d dying) checkFiles(t *testing.T, dir, by string) {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "in.csv" {
			return err
		}
		content, err := os.ReadFile(path)
		names = append(names, entry.Name())
		d.checkFile(t, entry.Name(), string(content), by)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	left := strings.Join(names, " ")
	t.Logf("left are %s", left)
	if !strings.Contains(left, "out.csv.journal") {
		t.Error("there is no journal: the run came to its end, or nothing was learnt from it")
	}
	if killed := d.code == -1; strings.Contains(left, ".partial") != killed || strings.Contains(left, ".lock") != killed {
		t.Error("partial files and the lock are what a kill leaves, and nothing else does")
	}
}

func (d dying) checkFile(t *testing.T, name, content, by string) {
	t.Helper()
	for _, part := range tenantCanaries {
		own := by == "customer" && part == tenantName // of who is matched: a column of ours
		if strings.Contains(content, part) && (!own || !strings.HasSuffix(name, ".partial")) {
			t.Errorf("%q, which only LoanPro knows, is in %s", part, name)
		}
	}
	if strings.HasSuffix(name, ".partial") && !strings.Contains(name, "summary") {
		checkOwnCells(t, name, content)
		return
	}
	for _, part := range inputCanaries {
		if strings.Contains(content, part) {
			t.Errorf("%q is in %s", part, name)
		}
	}
}

// checkOwnCells fails if a table in the making has the input's cells anywhere
// but in their columns. Its last row may be cut.
func checkOwnCells(t *testing.T, name, content string) {
	t.Helper()
	if content == "" && strings.HasPrefix(name, ".out.csv") {
		t.Errorf("%s is empty: there is nothing to look at", name)
	}
	rows := csv.NewReader(strings.NewReader(content))
	rows.FieldsPerRecord = -1
	for {
		row, err := rows.Read()
		if err != nil {
			return
		}
		for _, cell := range row[min(len(row), canaryColumns):] {
			for _, part := range []string{"04/17/19", "XXX-XX-", "Wexquort"} {
				if strings.Contains(cell, part) {
					t.Errorf("%q is in a column of ours in %s", part, name)
				}
			}
		}
	}
}

// What a row tells, and what the tenant has, are spelled differently, but for
// the display IDs and the names that are asked for.
const (
	tenantName    = "Vexquort"
	canaryColumns = 5
)

var (
	inputCanaries  = []string{"Wexquort", "04/17/19", "XXX-XX-7", "CNRY-"}
	tenantCanaries = []string{tenantName, "-04-17", "97037", "@hidden.example", "Canary Lane"}
)

// writeCanaries writes a tenant of people with distinctive traits, and a sheet
// that asks for them: by their loans under other names, or by their names.
func writeCanaries(t *testing.T, dir, input, by string) {
	t.Helper()
	customers := [][]string{strings.Split("id,custom_id,first_name,middle_name,last_name,suffix,company_name,email,phone,birth_date,ssn,address1,city,state,zip", ",")}
	loans := [][]string{strings.Split("id,display_id,title,status,archived,deleted,temporary,customers", ",")}
	rows := [][]string{{"Loan Number", "Name", "Birth Date", "SSN", "Note"}}
	for i := range dyingRows {
		n, year := strconv.Itoa(i), strconv.Itoa(1910+i%90)
		first := "Ann" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		ssn, display := fmt.Sprintf("97037%04d", 7000+i), fmt.Sprintf("CNRY-%04d", i)
		customers = append(customers, []string{
			"7" + n, "", first, "", tenantName, "", "", first + "@hidden.example", "", year + "-04-17", ssn, n + " Canary Lane", "Provo", "UT", "84601",
		})
		loans = append(loans, []string{"9" + n, display, display, "Open", "0", "0", "0", "7" + n + ":primary"})
		name := "Wexquort, " + first
		if by == "customer" && i%4 > 0 {
			name, display = tenantName+", "+first, ""
		}
		rows = append(rows, []string{display, name, "04/17/" + year, "XXX-XX-" + ssn[5:], strings.Repeat("x", 8000)})
	}
	for path, table := range map[string][][]string{filepath.Join(dir, "customers.csv"): customers, filepath.Join(dir, "loans.csv"): loans, input: rows} {
		var out bytes.Buffer
		if err := csv.NewWriter(&out).WriteAll(table); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
