package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io/fs"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"loanmap/io/sheet/bookcheck"

	"github.com/alicebob/miniredis/v2"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(ownConfig{m}, map[string]func(){"loanmap": main}) }

// ownConfig runs tests with a config folder of their own: none reads the profiles of whoever
// runs them. Scripts have their own environment.
type ownConfig struct{ *testing.M }

func (m ownConfig) Run() int {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	const profile = "[profile.acme]\ntenant_id = 5201234\n"
	if err := errors.Join(os.Mkdir(folder+"/loanmap", 0o700), os.WriteFile(folder+"/loanmap/config.toml", []byte(profile), 0o600), os.Setenv("XDG_CONFIG_HOME", folder)); err != nil {
		panic(err)
	}
	return m.M.Run()
}

// The scripts are the specification of the command line. In addition to testscript's
// own commands they have:
//
//	sandbox [flag...]       serve a tenant for this script and point LOANPRO_… at it
//	paceserver [stop]       serve a shared pace for this script and point LOANMAP_PACE_URL at it, or stop it
//	counter NAME OP N       compare one of the tenant's counters: counter requests <= 3
//	counter NAME = VARIABLE  set a variable to one
//	fault NAME OP N         compare how often a fault has struck: fault forget >= 1
//	certificate KIND        point LOANPRO_BASE_URL at a host whose certificate is expired, of an unknown authority
//	                        or of other, another host, or that has none
//	mark                    let counters count from now on
//	number VARIABLE FILE PATH [+N|*N]  set a variable to a number of a summary, plus or times N:
//	                        number FROM calm.json loanpro.probe.requests +1
//	agrees CALM OUTPUT      expect every row of an output to be as in a calm run's, or failed
//	exits CODE loanmap ...  run, and expect this exit code
//	schema NAME FILE        expect that a JSON file, such as stdout, is as a schema of testdata/schema says
//	signal NAME N CODE loanmap ...  run, send INT, TERM, HUP or KILL once the tenant has had N requests (since
//	                        the mark), and expect this exit code (-1 for a process that was killed)
//	bounded SECONDS MEBIBYTES CODE loanmap ...  run, and expect this exit code and at most this memory; kill it
//	                        after four times as long, and after more under the race detector
//	decide FILE SHEET BY CELL CHOICE SHOWN...  decide, as a person in a review, on the row of a sheet that holds a cell:
//	                        later, none or the system ID of a record that was shown; undo takes back the last decision
//	bomb FROM TO MEBIBYTES [lie]  copy a workbook, its first sheet one that unpacks to this much; with lie,
//	                        the workbook says that it is small
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			sheets, err := os.Getwd()
			if err != nil {
				return err
			}
			env.Setenv("TESTDATA", sheets+"/../../testdata")
			env.Values[paceKey{}] = miniredis.NewMiniRedis()
			env.Defer(func() { checkBooks(t, env.WorkDir); checkSummaries(t, env.WorkDir) })
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sandbox": serveSandbox, "paceserver": servePace, "counter": checkCounter, "fault": checkFault, "mark": markCounters, "exits": runForCode,
			"signal": signalRun, "bounded": boundedRun, "bomb": makeBomb, "number": takeNumber, "agrees": checkAgreement, "decide": decide,
			"schema": checkSchema, "certificate": serveCertificate,
		},
	})
}

// wholeBook is more than a workbook has that loanmap writes in a script. What is larger, or
// is no archive at all, is a file that the script has made.
const wholeBook = 64 << 20

// checkBooks checks the parts of every workbook that a script leaves against each other.
func checkBooks(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".xlsx") {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Size() > wholeBook {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(content, []byte("PK")) {
			return err
		}
		for _, problem := range bookcheck.Problems(content) {
			t.Errorf("%s is no whole workbook: %s", path, problem)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// serveSandbox runs `loanmap sandbox` until the script ends.
func serveSandbox(ts *testscript.TestScript, _ bool, flags []string) {
	path, err := exec.LookPath("loanmap")
	ts.Check(err)
	env, stop, err := startTenant(path, ts.Getenv("WORK"), flags...)
	ts.Check(err)
	ts.Defer(stop)
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		ts.Setenv(name, value)
	}
}

func counters(base string) (map[string]any, error) {
	resp, err := http.Get(strings.TrimSuffix(base, "/api/public/api/1") + "/sandbox/counters")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var got map[string]any
	err = json.NewDecoder(resp.Body).Decode(&got)
	return got, err
}

// checkCounter compares a counter with a number, or keeps it in a variable.
func checkCounter(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: counter NAME OP N, or counter NAME = VARIABLE")
	}
	got, ok := counter(ts, args[0])
	if !ok {
		ts.Fatalf("there is no counter %s", args[0])
	}
	if args[1] == "=" {
		ts.Setenv(args[2], strconv.FormatFloat(got-marked(ts, args[0]), 'f', -1, 64))
		return
	}
	expectNumber(ts, args[0], got-marked(ts, args[0]), args[1], args[2])
}

// expectNumber compares a number of the tenant's.
func expectNumber(ts *testscript.TestScript, name string, got float64, op, number string) {
	want, err := strconv.ParseFloat(number, 64)
	ts.Check(err)
	if !map[string]bool{"==": got == want, "<=": got <= want, ">=": got >= want}[op] {
		ts.Fatalf("%s is %v, not %s %v", name, got, op, want)
	}
	ts.Logf("%s is %v", name, got)
}

// checkFault compares how often a fault has struck since the tenant began.
func checkFault(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: fault NAME OP N")
	}
	all, err := counters(ts.Getenv("LOANPRO_BASE_URL"))
	ts.Check(err)
	struck, _ := all["by_fault"].(map[string]any)
	got, _ := struck[args[0]].(float64)
	expectNumber(ts, "fault "+args[0], got, args[1], args[2])
}

// counter reads one of the tenant's counters, and says whether it has it.
func counter(ts *testscript.TestScript, name string) (float64, bool) {
	all, err := counters(ts.Getenv("LOANPRO_BASE_URL"))
	ts.Check(err)
	if status, found := strings.CutPrefix(name, "status_"); found {
		got, _ := all["by_status"].(map[string]any)[status].(float64)
		return got, true
	}
	got, ok := all[name].(float64)
	return got, ok
}

func markCounters(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 0 || neg {
		ts.Fatalf("usage: mark")
	}
	for _, name := range []string{"requests", "keys_asked"} {
		got, _ := counter(ts, name)
		ts.Setenv("MARK_"+name, strconv.FormatFloat(got, 'f', -1, 64))
	}
}

// marked is what a counter stood at when it was marked last.
func marked(ts *testscript.TestScript, name string) float64 {
	at, _ := strconv.ParseFloat(ts.Getenv("MARK_"+name), 64) // 0 where it was not
	return at
}

func runForCode(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	expectCode(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func expectCode(ts *testscript.TestScript, want string, err error) {
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit code %d, not %s", code, want)
	}
}

func signalRun(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 4 || neg {
		ts.Fatalf("usage: signal NAME REQUESTS CODE PROGRAM ARG...")
	}
	enough, err := strconv.Atoi(args[1])
	ts.Check(err)
	run := scriptRun(ts, args[3], args[4:])
	var stderr strings.Builder
	run.Stderr = &stderr
	ts.Check(run.Start())
	tooLong := time.Now().Add(time.Minute)
	for asked := 0.0; asked < float64(enough); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(tooLong) {
			_ = run.Process.Kill()
			ts.Fatalf("it has sent %v requests and not %d\n%s", asked, enough, stderr.String())
		}
		asked, _ = counter(ts, "requests")
		asked -= marked(ts, "requests")
	}
	number := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "KILL": syscall.SIGKILL}[args[0]]
	ts.Check(run.Process.Signal(number))
	err = run.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("said"), []byte(stderr.String()), 0o600))
	expectCode(ts, args[2], err)
}

// scriptRun is a program that is to run as the script's own do.
func scriptRun(ts *testscript.TestScript, program string, args []string) *exec.Cmd {
	path, err := exec.LookPath(program)
	ts.Check(err)
	run := exec.Command(path, args...)
	run.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LOANPRO_BASE_URL", "LOANPRO_TENANT_ID", "LOANPRO_API_TOKEN"} {
		run.Env = append(run.Env, name+"="+ts.Getenv(name))
	}
	return run
}

func boundedRun(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 4 || neg {
		ts.Fatalf("usage: bounded SECONDS MEBIBYTES CODE PROGRAM ARG...")
	}
	seconds, err := strconv.Atoi(args[0])
	ts.Check(err)
	mebibytes, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	run := scriptRun(ts, args[3], args[4:])
	run.Stdout, run.Stderr = ts.Stdout(), ts.Stderr()
	begin := time.Now()
	ts.Check(run.Start())
	watchdog := time.AfterFunc(4*raceFactor*time.Duration(seconds)*time.Second, func() { _ = run.Process.Kill() })
	peak := watchMemory(run.Process.Pid)
	err = run.Wait()
	watchdog.Stop()
	took, most := time.Since(begin), max(<-peak, ownMemory(run))
	ts.Logf("%.2f s, %d MiB", took.Seconds(), most>>20)
	expectCode(ts, args[2], err)
	if most > raceFactor*mebibytes<<20 {
		ts.Fatalf("it held %d MiB, not at most %d", most>>20, raceFactor*mebibytes)
	}
}

// takeNumber takes a number from a summary, so that no script has to count the
// requests of a run itself.
func takeNumber(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 || len(args) > 4 || neg {
		ts.Fatalf("usage: number VARIABLE FILE PATH [+N|*N]")
	}
	var value any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &value))
	for name := range strings.SplitSeq(args[2], ".") {
		inner, _ := value.(map[string]any)
		value = inner[name]
	}
	n, ok := value.(float64)
	if !ok {
		ts.Fatalf("%s holds no number at %s", args[1], args[2])
	}
	if len(args) == 4 {
		by, err := strconv.ParseFloat(args[3][1:], 64)
		ts.Check(err)
		n = map[byte]float64{'+': n + by, '*': math.Round(n * by)}[args[3][0]]
	}
	ts.Setenv(args[0], strconv.FormatFloat(n, 'f', -1, 64))
}

// checkAgreement compares an output with a calm run's of the same sheet. A row
// may be failed; whatever else it says, it must say in the calm run, too.
func checkAgreement(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: agrees CALM OUTPUT")
	}
	calm, got := outputOf(ts, args[0]), outputOf(ts, args[1])
	status := slices.Index(calm[0], "match_status")
	if status < 0 || !slices.Equal(calm[0], got[0]) || len(calm) != len(got) {
		ts.Fatalf("%s has other columns than %s, or %d lines and not %d", args[1], args[0], len(got), len(calm))
	}
	failed := 0
	for i, row := range got {
		want := calm[i]
		if row[status] == "failed" {
			failed++
			row, want = row[:status], want[:status]
		}
		if !slices.Equal(row, want) {
			ts.Fatalf("%s: record %d is %q, and %q in %s", args[1], i+1, row, want, args[0])
		}
	}
	ts.Logf("%d of %d rows failed", failed, len(got)-1)
}

// checkSchema checks JSON against the schema that is promised.
func checkSchema(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: schema NAME FILE")
	}
	ts.Check(conforms(args[0], ts.ReadFile(args[1])))
}

func outputOf(ts *testscript.TestScript, file string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(file))).ReadAll()
	ts.Check(err)
	if len(rows) == 0 {
		ts.Fatalf("%s is empty", file)
	}
	return rows
}

// makeBomb packs a sheet of empty rows, all of them in the same few bytes
// again and again.
func makeBomb(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 || neg {
		ts.Fatalf("usage: bomb FROM TO MEBIBYTES [lie]")
	}
	ts.Defer(func() { _ = os.Remove(ts.MkAbs(args[1])) }) // before the workbooks are checked
	mebibytes, err := strconv.Atoi(args[2])
	ts.Check(err)
	from, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer from.Close()
	var file bytes.Buffer
	to := zip.NewWriter(&file)
	for _, part := range from.File {
		if part.Name != "xl/worksheets/sheet1.xml" {
			ts.Check(to.Copy(part))
		}
	}
	packed, header := packRows(mebibytes)
	header.Name = "xl/worksheets/sheet1.xml"
	if len(args) == 4 {
		header.UncompressedSize64 = 1000
	}
	part, err := to.CreateRaw(header)
	ts.Check(err)
	_, err = part.Write(packed)
	ts.Check(err)
	ts.Check(to.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), file.Bytes(), 0o600))
}

func packRows(mebibytes int) ([]byte, *zip.FileHeader) {
	const head = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	rows := bytes.Repeat([]byte(`<row></row>     `), 1<<16) // a mebibyte
	sum := crc32.NewIEEE()
	var packed bytes.Buffer
	pack := func(content []byte, end bool) []byte {
		packed.Reset()
		w, _ := flate.NewWriter(&packed, flate.BestCompression) // fails for no level that there is
		_, _ = w.Write(content)
		if end {
			_ = w.Close()
		} else {
			_ = w.Flush()
		}
		return bytes.Clone(packed.Bytes())
	}
	all, size := pack([]byte(head), false), uint64(len(head))
	_, _ = sum.Write([]byte(head))
	block := pack(rows, false)
	for range mebibytes {
		all = append(all, block...)
		_, _ = sum.Write(rows)
		size += uint64(len(rows))
	}
	const tail = `</sheetData></worksheet>`
	_, _ = sum.Write([]byte(tail))
	all, size = append(all, pack([]byte(tail), true)...), size+uint64(len(tail))
	return all, &zip.FileHeader{
		Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(len(all)), UncompressedSize64: size,
	}
}
