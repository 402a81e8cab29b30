package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// planned is a loanmap that ends with the codes in a file, one run after the other, and
// counts its runs.
const planned = `#!/bin/sh
echo run >> runs
code=$(sed -n "$(wc -l < runs)p" codes)
echo new > tonight.csv
echo changes > tonight.changes.csv
[ "$code" != killed ] || kill -9 $PPID
exit "$code"
`

// A night is what loanmap ends with, and what becomes of a recipe.
type night struct {
	codes  string // of one run after the other; killed is a machine that loses power
	ends   []int  // the exit codes of the lines of a crontab, or of the recipe
	runs   int    // how often loanmap is run
	remain string // what must be there in the morning
}

// A line of the crontab fails only if a person, or another run, is needed, and the
// second one runs what did not finish.
func TestNightsOfCron(t *testing.T) {
	t.Parallel()
	script, crontab := snippetOf(t, "nightly.md", "#!/bin/sh"), snippetOf(t, "nightly.md", "CRON_TZ")
	for _, n := range []night{
		{codes: "0", ends: []int{0, 0}, runs: 1},
		{codes: "3", ends: []int{0, 0}, runs: 1},
		{codes: "5 0", ends: []int{5, 0}, runs: 2},
		{codes: "5 3", ends: []int{5, 0}, runs: 2},
		{codes: "5 5", ends: []int{5, 5}, runs: 2, remain: "unfinished"},
		{codes: "130 3", ends: []int{130, 0}, runs: 2},
		{codes: "130 130", ends: []int{130, 130}, runs: 2, remain: "unfinished"},
		{codes: "1 0", ends: []int{1, 0}, runs: 2},
		{codes: "killed 0", ends: []int{137, 0}, runs: 2},
		{codes: "2", ends: []int{2, 0}, runs: 1},
		{codes: "4", ends: []int{4, 0}, runs: 1},
	} {
		t.Run(n.codes, func(t *testing.T) {
			t.Parallel()
			f := newNight(t, n.codes)
			f.write(t, "nightly.sh", strings.ReplaceAll(script, "/srv/loans", f.dir))
			var lines []string
			for _, found := range regexp.MustCompile(`(?m)^\d+ \d+ \* \* \* (.+)$`).FindAllStringSubmatch(crontab, -1) {
				lines = append(lines, strings.ReplaceAll(found[1], "/srv/loans", f.dir))
			}
			f.expect(t, n, lines)
		})
	}
}

// The previous output is replaced only by one in which every row was asked for.
func TestNightsOfReconcile(t *testing.T) {
	t.Parallel()
	recipe := snippetOf(t, "nightly.md", "loanmap reconcile export.csv --against last.csv -o tonight.csv --force -q\n")
	for _, n := range []night{
		{codes: "0", ends: []int{0}, runs: 1, remain: "last.csv: new"},
		{codes: "3", ends: []int{0}, runs: 1, remain: "last.csv: new, mailed"},
		{codes: "5", ends: []int{0}, runs: 1, remain: "last.csv: old"},
		{codes: "130", ends: []int{1}, runs: 1, remain: "last.csv: old"},
		{codes: "1", ends: []int{1}, runs: 1, remain: "last.csv: old"},
	} {
		t.Run(n.codes, func(t *testing.T) {
			t.Parallel()
			f := newNight(t, n.codes)
			f.write(t, "last.csv", "old\n")
			f.expect(t, n, []string{recipe})
		})
	}
}

// newNight returns a folder with a loanmap that ends with codes.
func newNight(t *testing.T, codes string) *folder {
	t.Helper()
	f := &folder{dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(f.dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.env = append(os.Environ(), "PATH="+filepath.Join(f.dir, "bin")+":"+os.Getenv("PATH"))
	f.write(t, "bin/loanmap", planned)
	f.write(t, "bin/mail", "#!/bin/sh\ncat > mailed\n")
	f.write(t, "codes", strings.ReplaceAll(codes, " ", "\n")+"\n")
	f.write(t, "runs", "")
	f.write(t, "loanpro.env", "")
	return f
}

// expect runs lines of a shell and compares what becomes of them.
func (f *folder) expect(t *testing.T, n night, lines []string) {
	t.Helper()
	var ends []int
	for _, line := range lines {
		_, code := f.run(t, line)
		ends = append(ends, code)
	}
	remain := ""
	if _, err := os.Stat(filepath.Join(f.dir, "unfinished")); err == nil {
		remain = "unfinished"
	}
	if last, err := os.ReadFile(filepath.Join(f.dir, "last.csv")); err == nil {
		remain = "last.csv: " + strings.TrimSpace(string(last))
	}
	if _, err := os.Stat(filepath.Join(f.dir, "mailed")); err == nil {
		remain += ", mailed"
	}
	runs := strings.Count(read(t, filepath.Join(f.dir, "runs")), "\n")
	if fmt.Sprint(ends) != fmt.Sprint(n.ends) || runs != n.runs || remain != n.remain {
		t.Errorf("the lines end with %v after %d runs, %q remains; want %v, %d, %q", ends, runs, remain, n.ends, n.runs, n.remain)
	}
}

// snippetOf returns the snippet of a page that begins with text.
func snippetOf(t *testing.T, page, text string) string {
	t.Helper()
	for _, s := range snippets(t) {
		if s.page == page && strings.HasPrefix(s.text, text) {
			return s.text
		}
	}
	t.Fatalf("%s has no snippet %s", page, text)
	return ""
}

const units = "systemd/"

// The topic shows the units of the packages as they are.
func TestTopicShowsTheUnits(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"loanmap.service", "loanmap.timer"} {
		text := read(t, units+name)
		if first, _, _ := strings.Cut(text, "\n"); snippetOf(t, "nightly.md", first) != text {
			t.Errorf("the topic nightly does not show %s as it is", name)
		}
	}
}

// systemd takes the units: a setting that it does not know, or does not allow together
// with another one, is a problem.
func TestSystemdTakesTheUnits(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip(err)
	}
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	f := &folder{t.TempDir(), os.Environ()}
	f.write(t, "loanmap.service", strings.ReplaceAll(read(t, units+"loanmap.service"), "/usr/bin/loanmap", binary))
	f.write(t, "loanmap.timer", read(t, units+"loanmap.timer"))
	if printed, code := f.run(t, "chmod 644 loanmap.*; systemd-analyze verify --man=no ./loanmap.service ./loanmap.timer"); code != 0 || printed != "" {
		t.Errorf("exit code %d\n%s", code, printed)
	}
}

// Whatever a run ends with, it is not started over and over again: the last start that
// is allowed ends before the first one is forgotten.
func TestUnitNeverLoops(t *testing.T) {
	t.Parallel()
	unit := map[string]string{}
	for _, found := range regexp.MustCompile(`(?m)^(\w+)=(.*)$`).FindAllStringSubmatch(read(t, units+"loanmap.service"), -1) {
		unit[found[1]] = found[2]
	}
	length := func(setting string) time.Duration {
		d, err := time.ParseDuration(strings.Replace(unit[setting], "min", "m", 1))
		if err != nil {
			t.Error(setting, err)
		}
		return d
	}
	starts, err := strconv.Atoi(unit["StartLimitBurst"])
	if err != nil {
		t.Error(err)
	}
	stopping := 90 * time.Second // systemd's default of TimeoutStopSec
	longest := time.Duration(starts) * (length("TimeoutStartSec") + stopping + length("RestartSec"))
	if within := length("StartLimitIntervalSec"); longest >= within {
		t.Errorf("%d starts take up to %v, and are forgotten after %v", starts, longest, within)
	}
	for setting, want := range map[string]string{
		"Type": "oneshot", "Restart": "on-failure",
		"SuccessExitStatus":        fmt.Sprint(exitUnmatched),
		"RestartPreventExitStatus": fmt.Sprint(exitUsage, exitRefused),
	} {
		if unit[setting] != want {
			t.Errorf("%s is %q, not %q", setting, unit[setting], want)
		}
	}
}

// inSystemd runs a systemd of its own, with the units of the folder "units", and starts
// loanmap once for each argument, the codes of its runs. It prints what becomes of it, and
// ends with 77 where no systemd can run.
const inSystemd = `
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system "$PWD/bus"
export XDG_RUNTIME_DIR=$PWD/bus HOME=$PWD SYSTEMD_UNIT_PATH=$PWD/units:
unset DBUS_SESSION_BUS_ADDRESS
/lib/systemd/systemd --user >log 2>&1 & manager=$!
trap 'kill $manager; wait $manager' EXIT
systemctl() { timeout 60 systemctl --user "$@" 2>/dev/null; }
state() { systemctl show -P ActiveState loanmap.service; }
for i in $(seq 400); do [ "$(systemctl is-system-running)" = running ] && break; sleep 0.05; done
[ "$(systemctl is-system-running)" = running ] || exit 77
for codes in "$@"; do
  : >runs
  echo "$codes" | tr ' ' '\n' >codes
  systemctl reset-failed loanmap.service
  systemctl start --no-block loanmap.service
  for i in $(seq 600); do
    case $(state) in inactive | failed) [ -s runs ] && break ;; esac
    sleep 0.05
  done
  echo "$codes: $(grep -c . runs) runs, $(state)"
done
`

// A real systemd restarts what another run can finish, twice at most.
func TestNightsOfSystemd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	f := newNight(t, "")
	f.write(t, "can", "#!/bin/sh\n[ -x /lib/systemd/systemd ] && unshare -m mount -t tmpfs tmpfs /run\n")
	if printed, code := f.run(t, "./can"); code != 0 {
		t.Skipf("needs root and systemd: %s", printed)
	}
	unit := read(t, units+"loanmap.service")
	for setting, value := range map[string]string{
		"User": "", "EnvironmentFile": "", "LoadCredential": "", "PrivateTmp": "", "ProtectSystem": "", // what a user's own systemd may not
		"WorkingDirectory": "WorkingDirectory=" + f.dir, "RestartSec": "RestartSec=100ms",
		"ExecStart": "ExecStart=" + filepath.Join(f.dir, "bin/loanmap"),
	} {
		unit = regexp.MustCompile(`(?m)^`+setting+`=.*$`).ReplaceAllString(unit, value)
	}
	if err := os.Mkdir(filepath.Join(f.dir, "units"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.write(t, "units/loanmap.service", unit)
	f.write(t, "night.sh", inSystemd)
	want := `0: 1 runs, inactive
3: 1 runs, inactive
5 5 3: 3 runs, inactive
5 5 5 0: 3 runs, failed
130 0: 2 runs, inactive
1 0: 2 runs, inactive
2: 1 runs, failed
4: 1 runs, failed
`
	switch printed, code := f.run(t, `unshare -m bash night.sh 0 3 "5 5 3" "5 5 5 0" "130 0" "1 0" 2 4`); {
	case code == 77:
		t.Skip("no systemd runs here")
	case printed != want || code != 0:
		t.Errorf("exit code %d\n%s", code, printed)
	}
}
