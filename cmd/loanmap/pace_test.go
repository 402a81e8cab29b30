package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"loanmap/io/loanpro/sandbox"

	"github.com/alicebob/miniredis/v2"
	"github.com/rogpeppe/go-internal/testscript"
)

// pacePassword must not appear in any text of ours.
const pacePassword = "c4nary-pace"

// servePace serves a pace until the script ends, or stops it.
func servePace(ts *testscript.TestScript, neg bool, args []string) {
	server := ts.Value(paceKey{}).(*miniredis.Miniredis)
	switch {
	case neg || len(args) > 1 || len(args) == 1 && args[0] != "stop":
		ts.Fatalf("usage: paceserver [stop]")
	case len(args) == 1:
		server.Close()
	default:
		ts.Check(server.Start())
		server.RequireAuth(pacePassword)
		ts.Defer(server.Close)
		ts.Setenv("LOANMAP_PACE_URL", "redis://:"+pacePassword+"@"+server.Addr()+"/0")
	}
}

// paceKey is the key of a script's pace server.
type paceKey struct{}

// paceRedis is a real server, on a port of its own.
type paceRedis struct {
	dir  string
	port int
	run  *exec.Cmd
}

func startPaceRedis(t *testing.T) *paceRedis {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("redis-server is not installed")
	}
	s := &paceRedis{dir: t.TempDir(), port: freePort()}
	t.Cleanup(s.stop)
	s.start(t)
	return s
}

// freePort returns a port on which nothing listens. It is not one of those that systems give
// to connections, so no other test gets it before the server does.
func freePort() int {
	for {
		port := 10_000 + rand.IntN(20_000)
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil && listener.Close() == nil {
			return port
		}
	}
}

// start starts the server. Runs wait until it answers.
func (s *paceRedis) start(t *testing.T) {
	t.Helper()
	s.run = exec.Command("redis-server", "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--requirepass", pacePassword)
	if err := s.run.Start(); err != nil {
		t.Fatal(err)
	}
}

func (s *paceRedis) stop() {
	if s.run != nil {
		_ = s.run.Process.Kill()
		_ = s.run.Wait()
		s.run = nil
	}
}

func (s *paceRedis) url() string {
	return fmt.Sprintf("LOANMAP_PACE_URL=redis://:%s@127.0.0.1:%d/0", pacePassword, s.port)
}

// sharing is a folder with a sheet, and runs over it that share a pace.
type sharing struct {
	*together
	server *paceRedis
}

func newSharing(t *testing.T) *sharing {
	t.Helper()
	s := &sharing{server: startPaceRedis(t), together: newTogether(t)}
	tenant, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := "Display ID\nnot there\n"
	for loan := range tenant.Loans() {
		if strings.ContainsAny(loan.DisplayID, `,"`) {
			continue
		}
		if rows += loan.DisplayID + "\n"; strings.Count(rows, "\n") > 120 {
			break
		}
	}
	write(t, filepath.Join(s.dir, "in.csv"), rows)
	s.wait(t, s.begin(t, "alone.csv", "--log-format", "json")) // with a pace of its own
	s.output, s.report = s.read(t, "alone.csv"), s.read(t, "alone.errors.csv")
	s.env = append(s.env, s.server.url())
	return s
}

// begin starts a run that sends a request for each row.
func (s *sharing) begin(t *testing.T, output string, flags ...string) *exec.Cmd {
	t.Helper()
	run := exec.CommandContext(t.Context(), s.binary, append([]string{"resolve", "in.csv", "-o", output, "--rate", "200", "--batch", "1", "--plan", "search"}, flags...)...)
	run.Dir, run.Env, run.Stderr = s.dir, s.env, new(strings.Builder)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	return run
}

// sent waits until the tenant has had n more requests.
func (s *sharing) sent(t *testing.T, n float64) {
	t.Helper()
	base := ""
	for _, variable := range s.env {
		if value, is := strings.CutPrefix(variable, "LOANPRO_BASE_URL="); is {
			base = value
		}
	}
	count := func() float64 {
		got, err := counters(base)
		if err != nil {
			t.Fatal(err)
		}
		return got["requests"].(float64)
	}
	before := count()
	for begun := time.Now(); count() < before+n; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("fewer than %v requests in a minute", n)
		}
	}
}

// Runs that share a pace lose no row, whatever happens to its server or to one of them.
func TestSharedPaceLosesNoRow(t *testing.T) {
	t.Parallel()
	s := newSharing(t)
	processes, away := 4, 20*time.Second
	if testing.Short() {
		processes, away = 2, 0
	}
	var runs []*exec.Cmd
	for i := range processes {
		runs = append(runs, s.begin(t, fmt.Sprintf("out%d.csv", i)))
	}
	s.sent(t, 20)
	_ = runs[0].Process.Kill()
	_ = runs[0].Wait()
	s.server.stop()
	time.Sleep(away)
	s.server.start(t)
	s.wait(t, s.begin(t, "out0.csv"))
	for i, run := range runs {
		if i > 0 {
			s.wait(t, run)
		}
		name := fmt.Sprintf("out%d", i)
		if !bytes.Equal(s.read(t, name+".csv"), s.output) || !bytes.Equal(s.read(t, name+".errors.csv"), s.report) {
			t.Errorf("%s is not what a calm run writes", name)
		}
		if text := fmt.Sprint(run.Stderr); strings.Contains(text, pacePassword) {
			t.Errorf("the password is in %s", text)
		}
	}
}

// A pace server that does not come back ends the run with 1, and the next one resumes.
func TestRunResumesAfterThePaceServerWasLost(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("make check runs it")
	}
	s := newSharing(t)
	run := s.begin(t, "out.csv", "--log-format", "json", "--patience", "300ms")
	s.sent(t, 0.8*float64(s.summary(t, "alone.summary.json").LoanPro.Requests))
	s.server.stop()
	_ = run.Wait()
	text := fmt.Sprint(run.Stderr)
	if code := run.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(text, "no answer for 300ms") || !strings.Contains(text, `"event":"pace_lost"`) || strings.Contains(text, pacePassword) {
		t.Errorf("exit code %d\n%s", code, text)
	}
	for name, there := range map[string]bool{"out.csv": false, "out.csv.journal": true} {
		if _, err := os.Stat(filepath.Join(s.dir, name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.server.start(t)
	s.wait(t, s.begin(t, "out.csv"))
	if !bytes.Equal(s.read(t, "out.csv"), s.output) || s.summary(t, "out.summary.json").Resumed == 0 {
		t.Error("the output differs from that of a calm run, or the run has not resumed")
	}
}
