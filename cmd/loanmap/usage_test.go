package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// What is wrong with the words of a command line, and what to write in their place.
func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, problem, hint string }{
		{"resolv", `"resolv" is not a command`, `did you mean "resolve"? loanmap --help lists the commands`},
		{"frobnicate", `"frobnicate" is not a command`, "loanmap --help lists the commands"},
		{"nightly", `"nightly" is not a command`, "loanmap help nightly shows the topic of that name"},
		{"reference", `"reference" is not a command`, "loanmap help reference shows the topic of that name"},
		{"sheet.csv", `"sheet.csv" is not a command`, "to resolve a sheet: loanmap resolve sheet.csv"},
		{"Sheet.XLSX", `"Sheet.XLSX" is not a command`, "to resolve a sheet: loanmap resolve Sheet.XLSX"},
		{"-", `"-" is not a command`, "to resolve a sheet: loanmap resolve -"},
		{"main.go", `"main.go" is not a command`, "to resolve a sheet: loanmap resolve main.go"}, // a file that exists
		{"sheet.csv --rat 3", `"sheet.csv" is not a command`, "to resolve a sheet: loanmap resolve sheet.csv"},
		{"--", "a command is missing", "loanmap --help lists the commands"},
		{"--rate 3 in.csv", "--rate needs a command before it", "write loanmap resolve, and --rate after it"},
		{"--verion", "loanmap has no flag --verion", `did you mean "--version"? loanmap --help lists the commands`},
		{"resolve", "loanmap resolve needs an INPUT", "give INPUT: the sheet: .csv or .xlsx, or - for CSV on standard input"},
		{"reconcile --against a.csv", "loanmap reconcile needs an INPUT", "give INPUT: the sheet: .csv or .xlsx, or - for CSV on standard input"},
		{"merge", "loanmap merge needs a PART", "give PART: the parts of all shards of one job, in any order"},
		{"resolve a.csv b.csv", `loanmap resolve takes one INPUT, and "b.csv" is one argument too many`, "run it once for each; a name with blanks needs quotes"},
		{"completion bash zsh", `loanmap completion takes one SHELL, and "zsh" is one argument too many`, "run it once for each; a name with blanks needs quotes"},
		{"pace set 5 6", `loanmap pace takes ACTION and VALUE, and "6" is one argument too many`, "loanmap pace --help says what it takes"},
		{"check now", `loanmap check takes no argument, and "now" is one`, "loanmap check --help says what it takes"},
		{"resolve a.csv --rat 3", "loanmap resolve has no flag --rat", `did you mean "--rate"? loanmap resolve --help lists its flags`},
		{"resolve a.csv --rat=secret", "loanmap resolve has no flag --rat", `did you mean "--rate"? loanmap resolve --help lists its flags`},
		{"resolve a.csv -rate 3", "loanmap resolve has no flag -rate", `did you mean "--rate"? loanmap resolve --help lists its flags`},
		{"resolve a.csv -qz b.csv", "loanmap resolve has no flag -z", "loanmap resolve --help lists its flags"},
		{"resolve a.csv -q --zzz", "loanmap resolve has no flag --zzz", "loanmap resolve --help lists its flags"},
		{"resolve a.csv --against b.csv", "loanmap resolve has no flag --against", "--against is a flag of loanmap reconcile"},
		{"check --rate 3", "loanmap check has no flag --rate", "--rate is a flag of loanmap resolve, loanmap reconcile, loanmap find and loanmap review"},
		{"resolve a.csv -v -q", "--verbose and --quiet exclude each other", "leave one of them out"},
		{"reconcile a.csv --against b --expect C", "--against and --expect exclude each other", "leave one of them out"},
		{"resolve a.csv --by custmer", `--by: "custmer" is not one of its values`, `did you mean "customer"? give one of: loan, customer, custom-id, email, loan-id, customer-id`},
		{"resolve a.csv --by Customer", `--by: "Customer" is not one of its values`, `did you mean "customer"? give one of: loan, customer, custom-id, email, loan-id, customer-id`},
		{"resolve a.csv --rate -5", `--rate needs a value, and "-5" looks like a flag`, "give a number above 0 and at most 1000, such as --rate 5; a value that begins with a dash follows an equals sign: --rate=-5"},
		{"resolve a.csv --timeout 60", `--timeout: "60" has no unit`, "write 60s for seconds, 60m for minutes or 60h for hours"},
		{"resolve a.csv --evidence emial=3", `--evidence: "emial" is not a kind of evidence`, `did you mean "email"? give one of: first, middle, last, suffix, company, email, phone, birth, ssn, zip, custom-id, loan`},
		{"resolve a.csv --evidence email=3 --evidence email=4", `--evidence: "email" is given twice`, "name one column for each kind, in one --evidence"},
		{"resolve a.csv --into b.csv --prefix x_", "--prefix cannot be combined with --into: the output already exists", "leave --prefix out"},
		{"resolve a.csv --by loan --accept-name-only", "--evidence and --accept-name-only need --by customer", "leave them out, or give --by customer in place of --by loan"},
		{"find", "loanmap find needs an ID", "give ID: display IDs, names or page addresses; - for standard input"},
		{"find L1 -", "- cannot be combined with other IDs", "write all of them, or give all on standard input"},
		{"find A B --evidence zip=84601", "--evidence belongs to one name, and there are several", "find them one by one, or put them into a sheet: loanmap resolve SHEET --by customer"},
		{"find A --by loan --evidence zip=84601", "--evidence and --accept-name-only need --by customer", "leave them out, or give --by customer in place of --by loan"},
		{"find A --evidence zip", `--evidence: "zip" names no value`, "write KIND=VALUE, such as --evidence zip=84601"},
		{"find A --evidence email=a@example.net,b@example.net", "--evidence: a part of it does not begin with a kind of evidence",
			`give one of: first, middle, last, suffix, company, email, phone, birth, ssn, zip, custom-id, loan; a comma inside a value is written \,`},
		{"find A --url-template https://x.example", `--url-template: "https://x.example" holds neither {loan_id} nor {customer_id}`,
			"copy the address of a record's page and put {loan_id} or {customer_id} in place of its ID"},
		{"sandbox --rows 5", "--rows needs --export", "name the folder for the rows: --export DIR"},
	} {
		problem, hint := problemOf(t, strings.Fields(c.args)...)
		if problem != c.problem || hint != c.hint {
			t.Errorf("loanmap %s:\n%s\n%s", c.args, problem, hint)
		}
	}
}

func TestEmptyArguments(t *testing.T) {
	t.Parallel()
	if problem, _ := problemOf(t, ""); problem != `"" is not a command` {
		t.Error(problem)
	}
	if problem, _ := problemOf(t, "resolve", ""); problem != "INPUT is empty" {
		t.Error(problem)
	}
}

// The help of a command is grouped, and fits 80 columns; no flag needs more than three
// lines, except for those of the sandbox.
func TestHelpIsGroupedAndShort(t *testing.T) {
	t.Parallel()
	groups := []string{"Input:", "Output:", "Matching:", "Connection:", "Pace:", "Resuming:", "Shards:", "Messages:"}
	for command, want := range map[string][]string{
		"resolve": groups, "reconcile": append([]string{"Comparing:"}, groups...), "check": {"Output:", "Connection:", "Messages:"}, "find": {"Finding:", "Connection:", "Messages:"},
	} {
		var out bytes.Buffer
		if _, err := parse([]string{command, "--help"}, &out, &out); err != nil {
			t.Fatal(err)
		}
		var titles []string
		lines := 0
		for line := range strings.Lines(out.String()) {
			trimmed := strings.TrimLeft(line, " ")
			if strings.HasSuffix(line, ":\n") && trimmed == line && line != "Arguments:\n" {
				titles = append(titles, strings.TrimSpace(line))
			}
			lines++
			if strings.HasPrefix(trimmed, "-") {
				lines = 1
			}
			if len([]rune(line)) > 81 || lines > 3 && len(line)-len(trimmed) > 6 {
				t.Errorf("%s --help: %s", command, line)
			}
		}
		if strings.Join(titles, " ") != strings.Join(want, " ") {
			t.Errorf("%s --help has the groups %q", command, titles)
		}
	}
}

// Every flag of every command is in a group.
func TestEveryFlagHasAGroup(t *testing.T) {
	t.Parallel()
	eachFlag(t, func(flag *kong.Flag, before []string) {
		if flag.Group == nil {
			t.Errorf("%s --%s is in no group", before[0], flag.Name)
		}
	})
}
