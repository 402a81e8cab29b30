package main

import (
	"bytes"
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"loanmap/io/sheet"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
)

// parsersWords are in the parser's own sentences, which name its tokens and Go's types.
var parsersWords = regexp.MustCompile(`(?i)\b(expect\w*|unexpected|must be one of|got|positional|envar|float|int|uint|bool|string|duration|map)\b|<|>|%!`)

var flagName = regexp.MustCompile(`--[a-z0-9-]+`)

// problemOf parses args, which must be wrong, and returns what is said about them.
func problemOf(t *testing.T, args ...string) (problem, hint string) {
	t.Helper()
	var out bytes.Buffer
	parsed, err := parse(args, &out, &out)
	usage, ok := errors.AsType[*question.UsageError](err)
	if !ok {
		t.Errorf("%q: %v, %v", args, parsed, err)
		return "", ""
	}
	if code := codeOf(t.Context(), err); code != exitUsage || out.Len() > 0 {
		t.Errorf("%q: exit code %d, and %q is printed", args, code, out.String())
	}
	said := usage.Problem + "\n" + usage.Hint
	own := flagName.ReplaceAllString(usage.Problem, "")
	if strings.Count(said, "\n") != 1 || parsersWords.MatchString(own) || len(usage.Hint) < 10 || strings.HasSuffix(usage.Hint, ".") {
		t.Errorf("%q: it is said:\n%s", args, said)
	}
	return usage.Problem, usage.Hint
}

// eachFlag calls check for every flag of every command, with the command line before it.
func eachFlag(t *testing.T, check func(flag *kong.Flag, before []string)) {
	t.Helper()
	count := 0
	for _, command := range parserOf(t).Model.Leaves(true) {
		before := []string{command.Name}
		for _, argument := range command.Positional {
			if argument.Required {
				before = append(before, "in.csv")
			}
		}
		if command.Name == "merge" {
			before = append(before, "out.csv.1-of-1.part")
		}
		for _, flag := range command.Flags {
			if count++; testing.Short() && count%4 != 0 {
				continue // make check tries all
			}
			check(flag, slices.Clip(before))
		}
	}
	if count < 150 {
		t.Errorf("only %d flags", count)
	}
}

// wrongValues returns values that a flag cannot have.
func wrongValues(flag *kong.Flag) []string {
	switch flag.Target.Interface().(type) {
	case map[question.Evidence]string:
		return []string{"", "foo=3", "email", "email=", "email=A,email=B", "email A"}
	case sheet.Encoding:
		return []string{"", "EOL", "utf-7"}
	case sheet.Delimiter:
		return []string{"", "xx", "A", "5"}
	case question.Shard:
		return []string{"", "3", "0/16", "17/16", "a/b"}
	case delivery.Share:
		return []string{"", "abc", "101%", "-1%", "5%%"}
	case time.Duration:
		return []string{"", "abc", "60", "-1s", "1.5x", "9999999h"}
	}
	switch {
	case flag.IsBool():
		return []string{"maybe", "2"}
	case flag.Enum != "":
		return []string{"", "zebra", "1"}
	case isNumber(flag):
		return []string{"", "abc", "-1", "1e999", "99999999999999999999", "NaN"}
	}
	return []string{""}
}

func isNumber(flag *kong.Flag) bool {
	return flag.Target.CanInt() || flag.Target.CanUint() || flag.Target.CanFloat()
}

// validValue returns a value that a flag can have.
func validValue(flag *kong.Flag) string {
	switch {
	case flag.Name == "encoding":
		return "utf-8"
	case flag.Name == "shard":
		return "1/2"
	case flag.Name == "profile":
		return "acme" // see ownConfig
	case flag.Name == "delimiter":
		return "pipe"
	case flag.Enum != "":
		return listed(flag.Value)[0]
	case isNumber(flag) || flag.HasDefault:
		return cmp.Or(exampleOf(flag.Value), "1")
	}
	return "{loan_id}"
}

// someOf returns all cases, or in a short test one, another for each flag.
func someOf[T any](cases []T, flag *kong.Flag) []T {
	if !testing.Short() {
		return cases
	}
	at := len(flag.Name) % len(cases)
	return cases[at : at+1]
}

// Every wrong value of every flag is answered in words that name the flag and the
// value, with what is possible.
func TestWrongValuesAreAnsweredInWords(t *testing.T) {
	t.Parallel()
	eachFlag(t, func(flag *kong.Flag, before []string) {
		for _, value := range someOf(wrongValues(flag), flag) {
			problem, _ := problemOf(t, append(before, "--"+flag.Name+"="+value)...)
			named, _, _ := strings.Cut(value, "=")
			if before[0] == "find" && flag.Name == "evidence" { // what is wrong may be of a person
				named = ""
			}
			if !strings.HasPrefix(problem, "--"+flag.Name) || !strings.Contains(problem, named) {
				t.Errorf("%s --%s=%s: %s", before[0], flag.Name, value, problem)
			}
		}
	})
}

// So is a value that is missing, at the end and before another flag, and one that is
// given twice.
func TestMissingAndRepeatedValuesAreAnsweredInWords(t *testing.T) {
	t.Parallel()
	eachFlag(t, func(flag *kong.Flag, before []string) {
		if flag.IsBool() {
			return
		}
		name := "--" + flag.Name
		for _, args := range someOf([][]string{{name}, {name, "--quiet"}, {name, "-5"}}, flag) {
			if problem, _ := problemOf(t, append(before, args...)...); !strings.HasPrefix(problem, name+" needs a value") {
				t.Errorf("%s %q: %s", before[0], args, problem)
			}
		}
		if flag.IsCumulative() {
			return
		}
		value := name + "=" + validValue(flag)
		if problem, _ := problemOf(t, append(before, value, value)...); !strings.HasSuffix(problem, " is given twice") && !strings.Contains(problem, "--rows") && !strings.Contains(problem, indexVariable) {
			t.Errorf("%s %s twice: %s", before[0], value, problem)
		}
	})
}

// The limits that the help of a flag shows are those that hold.
func TestLimitsOfNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flag, most, more string
	}{
		{"--rate", "1000", "1000.1"}, {"--workers", "64", "65"}, {"--batch", "200", "201"},
	} {
		var out bytes.Buffer
		if _, err := parse([]string{"resolve", "in.csv", c.flag, c.most}, &out, &out); err != nil {
			t.Errorf("%s %s: %v", c.flag, c.most, err)
		}
		if problem, _ := problemOf(t, "resolve", "in.csv", c.flag, c.more); problem != c.flag+`: "`+c.more+`" is out of range` {
			t.Error(problem)
		}
	}
}
