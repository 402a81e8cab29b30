package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"loanmap": main})
}

// The scripts are the specification of the command line. Beside testscript's
// own commands they have:
//
//	sandbox [flag...]       serve a tenant for this script and point LOANPRO_… at it
//	counter NAME OP N       compare one of the tenant's counters: counter requests <= 3
//	exits CODE loanmap ...  run, and expect this exit code
//	signal NAME N CODE loanmap ...  run, send INT, TERM or KILL once the tenant has had N requests, and expect
//	                        this exit code (-1 for a process that was killed)
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
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sandbox": serveSandbox, "counter": checkCounter, "exits": runForCode, "signal": signalRun,
		},
	})
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

func checkCounter(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: counter NAME OP N")
	}
	all, err := counters(ts.Getenv("LOANPRO_BASE_URL"))
	ts.Check(err)
	got, ok := all[args[0]].(float64)
	if status, found := strings.CutPrefix(args[0], "status_"); found {
		got, _ = all["by_status"].(map[string]any)[status].(float64)
		ok = true
	}
	want, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	holds := map[string]bool{"==": got == want, "<=": got <= want, ">=": got >= want}[args[1]]
	if !ok || !holds {
		ts.Fatalf("counter %s is %v, not %s %v", args[0], got, args[1], want)
	}
	ts.Logf("%s is %v", args[0], got)
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
	path, err := exec.LookPath(args[3])
	ts.Check(err)
	enough, err := strconv.Atoi(args[1])
	ts.Check(err)
	run := exec.Command(path, args[4:]...)
	run.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LOANPRO_BASE_URL", "LOANPRO_TENANT_ID", "LOANPRO_API_TOKEN"} {
		run.Env = append(run.Env, name+"="+ts.Getenv(name))
	}
	var said strings.Builder
	run.Stderr = &said
	ts.Check(run.Start())
	for asked := 0.0; asked < float64(enough); time.Sleep(5 * time.Millisecond) {
		all, err := counters(ts.Getenv("LOANPRO_BASE_URL"))
		ts.Check(err)
		asked = all["requests"].(float64)
	}
	number := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}[args[0]]
	ts.Check(run.Process.Signal(number))
	err = run.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("said"), []byte(said.String()), 0o600))
	expectCode(ts, args[2], err)
}
