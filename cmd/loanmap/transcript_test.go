package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A snippet is an indented block of README or of a topic.
type snippet struct{ page, text string }

// firstLine names a snippet in a list.
func (s snippet) firstLine() string {
	line, _, _ := strings.Cut(s.text, "\n")
	return strings.TrimSpace(line)
}

// indented is a block with a blank line before it: what continues a list has none.
var indented = regexp.MustCompile(`(?m)(?:^\n)((?:    .*\n)(?:(?:    .*)?\n)*)`)

func snippets(t *testing.T) []snippet {
	t.Helper()
	var all []snippet
	for file, text := range pages(t) {
		for _, found := range indented.FindAllStringSubmatch(text, -1) {
			block := regexp.MustCompile(`(?m)^    `).ReplaceAllString(found[1], "")
			all = append(all, snippet{filepath.Base(file), strings.TrimRight(block, "\n") + "\n"})
		}
	}
	if len(all) < 15 {
		t.Fatalf("only %d snippets found", len(all))
	}
	return all
}

// notRun says why a snippet, by its page and first line, is not run. What it holds of
// loanmap's command line is parsed.
var notRun = map[string]string{
	"README.md: sudo apt install ./loanmap_1.0.0_amd64.deb    # a package; or: sudo rpm -i loanmap-1.0.0-1.x86_64.rpm":           "installs loanmap",
	"install.md: sudo apt install ./loanmap_1.0.0_amd64.deb":                                                                     "installs loanmap",
	"install.md: sha256sum -c SHA256SUMS 2>/dev/null | grep OK":                                                                  "needs what make dist leaves",
	"install.md: . <(loanmap completion bash)            # ~/.bashrc; from bash 4 on":                                            "lines of four shells: TestShellsComplete",
	"README.md: make run     # the main job, on a made-up tenant inside the program: no credentials, nothing leaves the machine": "builds and tests loanmap, in a clone of the repository",
	"names.md: Borrower             match_status  customer_id  match_confidence":                                                 "rows of an output",
	"logs.md: {\"time\":\"2026-01-05T03:15:02Z\",\"level\":\"INFO\",":                                                            "a message for machines",
	"nightly.md: CRON_TZ=America/Denver":                                                                                         "a crontab: TestNightsOfCron",
	"nightly.md: # Resolves a sheet; loanmap.timer starts it every night. For paths and":                                         "a unit of systemd: TestSystemdTakesTheUnits",
	"nightly.md: [Unit]": "a timer of systemd: TestSystemdTakesTheUnits",
	"nightly.md: sudo useradd -r -m -d /srv/loans loanmap":                                                              "changes the machine",
	"names.md: loanmap: plan: scanning 22,454 customers, 59 requests, about 12s; searching would take 526, about 1m45s": "messages of a run",
	"connect.md: [profile.acme]": "a config file",
	"names.md: loanmap: 13 rows were matched by no more than name and phone (10), name and phone and zip (3): measured on 16,012 or more of the tenant's own customers, that is wrong less often than 1 time in 2,828 (--max-risk)": "a message of a run",
	"names.md: loanmap resolve rows.csv --by customer --explain 31":                            "what a run says of a made-up row",
	"find.md: {\"results\":[{\"asked\":\"L000212\",\"by\":\"loan\",\"status\":\"matched\",":    "JSON",
	"find.md: ID       RESULT     RECORD     STATUS                 NAMES":                     "what a command shows",
	"review.md: loanmap review loans.errors.csv":                                               "serves until it is ended",
	"review.md: 1 to 9        choose this candidate":                                           "keys",
	"nightly.md: loanmap reconcile export.csv --against last.csv -o tonight.csv --force -q \\": "needs the decisions of a person",
	"nightly.md: apiVersion: batch/v1":                                                         "a manifest of Kubernetes",
	"resume.md: loanmap: resuming: 412,000 lookups already done (last at 02:14, 25 Nov)":       "a message of a run that was killed",
	"cluster.md: export LOANMAP_PACE_URL=redis://:PASSWORD@pace.example.com:6379/0":            "needs a Redis server",
	"cluster.md: loanmap pace pause 10m   # no run sends a request for 10 minutes":             "needs a Redis server",
	"cluster.md: ACL SETUSER pacer on >PASSWORD resetkeys ~loanmap:pace:* -@all":               "a command of Redis",
	"cluster.md: apiVersion: v1":                                                               "manifests of Kubernetes",
	"cluster.md: apiVersion: batch/v1":                                                         "a manifest of Kubernetes",
	"cluster.md: apiVersion: argoproj.io/v1alpha1":                                             "a manifest of Argo",
	"cluster.md: #!/bin/sh":                                                                    "needs GNU parallel: parallel.txtar",
	"cluster.md: LOANMAP_PACE_URL=redis://localhost:6379":                                      "a crontab",
}

// needs names the program that a snippet needs in addition to loanmap and a shell.
var needs = map[string]string{
	"logs.md: loanmap resolve export.csv --force --log-format json 2>run.log": "jq",
	"install.md: loanmap help --man resolve | man -l -":                       "man",
}

// prepared holds the commands that make the files of a page's snippets.
var prepared = map[string]string{
	"corrections.md": "loanmap resolve loans.csv",
	"reconcile.md":   "loanmap resolve export.csv -o last.csv",
	"nightly.md":     "loanmap resolve export.csv -o last.csv",
}

// Every snippet works as it is written. A short test runs README's and the transcripts.
func TestSnippets(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, s := range snippets(t) {
		name := s.page + ": " + s.firstLine()
		_, skip := notRun[name]
		listed[name] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parseCommands(t, s.text)
			_, missing := exec.LookPath(cmp.Or(needs[name], "sh"))
			switch {
			case skip:
			case missing != nil:
				t.Skip(missing)
			case transcript.MatchString(s.text):
				checkTranscript(t, s)
			case testing.Short() && s.page != "README.md":
			default:
				runSnippet(t, s)
			}
		})
	}
	for name := range notRun {
		if !listed[name] {
			t.Errorf("there is no snippet %s", name)
		}
	}
}

// commandIn finds command lines of loanmap, up to what ends them in a shell, and not
// its messages.
var commandIn = regexp.MustCompile(`(?:^|[\s/'])loanmap( [^\n;&|'<>]*)`)

func parseCommands(t *testing.T, text string) {
	t.Helper()
	text = recipeValues.Replace(text)
	text = strings.ReplaceAll(text, "\\\n", " ")
	text = regexp.MustCompile(`(?m)(^|\s)#.*$|\s2>\S*`).ReplaceAllString(text, "")
	for _, found := range commandIn.FindAllStringSubmatch(text, -1) {
		var out bytes.Buffer
		if _, err := parse(shellWords(found[1]), &out, &out); err != nil {
			t.Errorf("loanmap%s: %v", found[1], err)
		}
	}
}

// shellWords returns the words of a command line, of which some are in quotes.
func shellWords(line string) []string {
	words := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1)
	for i, word := range words {
		words[i] = strings.Trim(word, `"`)
	}
	return words
}

// The commands that the text of a page names are commands.
func TestCommandsInTheTextParse(t *testing.T) {
	t.Parallel()
	app, count := parserOf(t), 0
	for file, text := range pages(t) {
		if strings.HasSuffix(file, "CHANGELOG.md") {
			continue // it also names what was wrong
		}
		for _, found := range regexp.MustCompile("`loanmap\\s([^`]*)`").FindAllStringSubmatch(text, -1) {
			count++
			if words := strings.Fields(found[1]); len(words) > 1 {
				parseCommands(t, "loanmap "+strings.Join(words, " "))
			} else if !slices.Contains(commandNames(app), words[0]) {
				t.Errorf("%s: there is no command %s", file, words[0])
			}
		}
	}
	if count < 8 {
		t.Errorf("only %d commands found", count)
	}
}

// folder is where snippets run: with sheets, a tenant to ask, and loanmap in its PATH,
// which asks faster here than by default.
type folder struct {
	dir string
	env []string
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"bin", "out"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sheets, err := filepath.Abs(root + "/testdata")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(sheets, filepath.Join(dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	tenant, stop, err := startTenant(binary, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	f := &folder{dir, append(os.Environ(), append(tenant, "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))...)}
	f.write(t, "bin/loanmap", fmt.Sprintf("#!/bin/sh\ncase $1 in resolve|reconcile) exec %s \"$@\" --rate 500;; esac\nexec %[1]s \"$@\"\n", binary))
	f.write(t, "loanpro.env", "export "+strings.Join(tenant, " ")+"\n")
	f.write(t, "bin/mail", "#!/bin/sh\ncat > mailed\n")
	f.write(t, "loans.csv", "Loan Number\nL000212\nL000213\nL99\n")
	f.write(t, "export.csv", "Loan Number\nL000212\nL000213\nL99\n")
	book, err := os.ReadFile(filepath.Join(sheets, "loans.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, "loans.xlsx", string(book))
	return f
}

func (f *folder) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// run runs a command line of a shell, and returns what it prints and its exit code.
func (f *folder) run(t *testing.T, line string) (printed string, code int) {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "sh", "-c", line)
	shell.Dir, shell.Env = f.dir, f.env
	out, err := shell.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	} else if ok {
		code = exit.ExitCode()
	}
	return string(out), code
}

// runSnippet runs the commands of a snippet one by one, or as one script if it has
// lines of another kind.
func runSnippet(t *testing.T, s snippet) {
	t.Helper()
	f := newFolder(t)
	lines := append([]string{prepared[s.page]}, strings.Split(strings.TrimSpace(s.text), "\n")...)
	if strings.Contains(s.text, "\ncase ") || strings.HasPrefix(s.text, "#!") {
		lines = []string{prepared[s.page], strings.ReplaceAll(s.text, "/srv/loans", f.dir)}
	}
	for _, line := range lines {
		switch words := strings.Fields(line); {
		case line == "", words[0] == "#":
		case words[0] == "export": // the folder has its own tenant
		case words[0] == "loanmap" && words[1] == "sandbox" && !strings.Contains(line, "--export"):
			f.serve(t, line)
		default:
			if printed, code := f.run(t, line); code != exitMatched && code != exitUnmatched {
				t.Errorf("%s: exit code %d\n%s", line, code, printed)
			}
		}
	}
}

// serve runs a sandbox until it says where it is.
func (f *folder) serve(t *testing.T, line string) {
	t.Helper()
	command, _, _ := strings.Cut(line, "#")
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	_, stop, err := startTenant(binary, f.dir, strings.Fields(command)[2:]...)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	stop()
}

// transcript is a command with what it prints.
var transcript = regexp.MustCompile(`^\$ (.+)\n((?:.*\n)+)$`)

// checkTranscript runs a command, README's twice, in a folder like that of make run,
// and compares what it prints. A line … means any lines. Ports and seconds differ, and
// the number of requests by three at most: it depends on which worker is first.
func checkTranscript(t *testing.T, s snippet) {
	t.Helper()
	f := newFolder(t)
	shown := transcript.FindStringSubmatch(s.text)
	times := map[bool]int{true: 2, false: 1}[s.page == "README.md"]
	pattern := regexp.QuoteMeta(shown[2])
	pattern = strings.ReplaceAll(pattern, "…\n", "(?:.*\n)*")
	pattern = regexp.MustCompile(`\d+ requests (.*)127\\\.0\\\.0\\\.1:\d+, \d+\\\.\d s`).ReplaceAllString(pattern, `\d+ requests ${1}127\.0\.0\.1:\d+, \d+\.\d s`)
	for range times {
		printed, _ := f.run(t, shown[1])
		more := requestsIn(t, printed) - requestsIn(t, shown[2])
		if !regexp.MustCompile(`^`+pattern+`$`).MatchString(printed) || more < -3 || more > 3 {
			t.Errorf("%s prints\n%s\nand not\n%s", shown[1], printed, shown[2])
		}
	}
}

// requestsIn returns how many requests a run says that it has sent.
func requestsIn(t *testing.T, printed string) int {
	t.Helper()
	found := regexp.MustCompile(`(\d+) requests`).FindStringSubmatch(printed)
	if found == nil { // nothing that is shown says it
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
