package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What can follow, by the words of a command line. The last one is at the cursor. The
// flags of each command are in [TestEveryFlagIsCompleted].
var completed = []struct {
	line string
	want []string
}{
	{"re", []string{"resolve", "reconcile", "review"}},
	{"resolv --by ", nil},
	{"--v", []string{"--version"}},
	{"resolve a.csv --by ", []string{"loan", "customer", "custom-id", "email", "loan-id", "customer-id"}},
	{"resolve --by cust", []string{"customer", "custom-id", "customer-id"}},
	{"resolve --by=em", []string{"--by=email"}},
	{"resolve --by = em", []string{"--by=email"}}, // bash splits it
	{"resolve --plan s", []string{"search", "scan"}},
	{"resolve -q --log-format ", []string{"text", "json"}},
	{"resolve --evidence z", []string{"zip="}},
	{"resolve --url", []string{"--url-template"}},
	{"resolve ", []string{":files csv tsv txt xlsx xlsm"}},
	{"resolve -o out.csv ", []string{":files csv tsv txt xlsx xlsm"}},
	{"resolve a.csv -o ", []string{":files csv tsv txt xlsx xlsm"}},
	{"resolve a.csv --decisions ", []string{":files jsonl"}},
	{"resolve a.csv --max-risk ", nil},
	{"check --token-file ", []string{":files"}},
	{"check --token-file=x", []string{":files"}},
	{"sandbox --export ", []string{":folders"}},
	{"find L1 L2 --by l", []string{"loan", "loan-id"}},
	{"check --profile ", []string{"acme"}},
	{"merge a.1-of-2.part ", []string{":files part"}},
	{"pace p", []string{"pause"}},
	{"completion ", []string{"bash", "zsh", "fish", "powershell"}},
	{"help exit", []string{"exit-codes"}},
	{"help refer", []string{"reference"}},
	{"help names reconc", []string{"reconcile", "reconcile"}}, // a topic and a command
	{"version ", nil},
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, c := range completed {
		if got := completions(t, c.line); !slices.Equal(got, c.want) {
			t.Errorf("loanmap %s: %q, not %q", c.line, got, c.want)
		}
	}
}

// completions returns what loanmap says can be at the end of a line.
func completions(t *testing.T, line string) []string {
	t.Helper()
	words := strings.Split(line, " ")
	words[len(words)-1] = "." + words[len(words)-1]
	var out bytes.Buffer
	if code := run(t.Context(), append([]string{completeWord}, words...), nil, &out, &out); code != exitMatched {
		t.Fatalf("loanmap %s: exit code %d", line, code)
	}
	var found []string
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(line, "\t")
		found = append(found, word)
	}
	return found
}

func TestEveryFlagIsCompleted(t *testing.T) {
	t.Parallel()
	for _, command := range parserOf(t).Model.Leaves(true) {
		var want []string
		for _, flag := range command.Flags {
			want = append(want, "--"+flag.Name)
		}
		if got := completions(t, command.Name+" --"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, not %q", command.Name, got, want)
		}
	}
}

// The shells show what loanmap says, and files by their endings. A shell that is not
// installed is left out.
func TestShellsComplete(t *testing.T) {
	t.Parallel()
	for shell, script := range map[string]string{"bash": inBash, "zsh": inZsh, "fish": inFish} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(shell); err != nil {
				t.Skip(err)
			}
			dir := t.TempDir()
			for _, name := range []string{"loans.csv", "my loans.XLSX", "notes.pdf", "sub/a.csv"} {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range []struct{ line, want string }{
				{"compl", "completion"},
				{"resolve a.csv --by cust", "custom-id customer customer-id"},
				{"resolve a.csv --by=em", "email"},
				{"resolve ", "loans.csv my loans.XLSX sub"},
				{"resolve -o ", "loans.csv my loans.XLSX sub"},
				{"sandbox --export ", "sub"},
				{"check --token-file n", "notes.pdf"},
			} {
				if got := inShell(t, shell, script, dir, c.line); got != c.want {
					t.Errorf("loanmap %s: %q, not %q", c.line, got, c.want)
				}
			}
		})
	}
}

// The topic loads each script as the script itself says.
func TestTopicLoadsTheScripts(t *testing.T) {
	t.Parallel()
	topic, _ := topicText("install")
	files, err := completionFiles.ReadDir("completion")
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		found := regexp.MustCompile(`To load it(?:, .+)?:\s(?:#\s+)?(.+)`).FindStringSubmatch(read(t, "completion/"+file.Name()))
		if found == nil || !strings.Contains(found[1], "completion "+file.Name()) || !strings.Contains(topic, "    "+found[1]+" ") {
			t.Errorf("the topic install does not load %s as the script says: %q", file.Name(), found)
		}
	}
}

// inShell completes a line in a shell, and returns the words in order, without what is
// before an equals sign and after a folder.
func inShell(t *testing.T, shell, script, dir, line string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), shell, "-c", script, shell, "loanmap "+line)
	command.Dir, command.Env = dir, append(os.Environ(), "LINE=loanmap "+line, "HOME="+dir)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	var words []string
	for word := range strings.Lines(string(out)) {
		word, _, _ = strings.Cut(strings.TrimSpace(word), "\t")
		words = append(words, strings.TrimSuffix(strings.TrimPrefix(word, "--by="), "/"))
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

const inBash = `
. <(loanmap completion bash)
IFS=' =' read -ra COMP_WORDS <<<"$LINE"
case $LINE in *=*) COMP_WORDS=(${LINE/=/ = });; esac
case $LINE in *' ') COMP_WORDS+=('');; esac
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { chosen+=" $*"; }
_loanmap
case $chosen in
  *'-o default') [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}") ;;
esac
printf '%s\n' "${COMPREPLY[@]}"`

const inFish = `
loanmap completion fish | source
complete -C $LINE`

// zsh completes only where a person types; what its functions are given is shown here.
const inZsh = `
setopt extendedglob nonomatch
compdef() { :; }
compset() { :; }
_describe() { print -rl -- ${${(P)2}%%:*}; }
_files() {
  [[ $1 == -/ ]] && { print -rl -- *(N/); return; }
  [[ $1 == -g ]] && { print -rl -- *(N/) ${~2}(N); return; }
  print -rl -- ${PREFIX}*(N)
}
. <(loanmap completion zsh)
words=("${(@s: :)LINE}")
CURRENT=$#words
PREFIX=$words[CURRENT]
_loanmap`
