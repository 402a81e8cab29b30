package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"loanmap/pipeline/question"
)

// usageProblem says in words what is wrong with a command line. err is the parser's:
// it tells only where the command line is wrong, and the words come from the model.
func usageProblem(err error) error {
	if usage, ok := errors.AsType[*question.UsageError](err); ok {
		return usage
	}
	failed, ok := errors.AsType[*kong.ParseError](err)
	if !ok {
		return err
	}
	parsed := failed.Context
	if parsed.Error != nil {
		return wrongWord(parsed)
	}
	for _, check := range []func(*kong.Context) error{argumentMissing, exclusiveFlags} {
		if problem := check(parsed); problem != nil {
			return problem
		}
	}
	return question.Usage(err.Error(), "loanmap --help lists the commands")
}

// wrongWord says why the parser stopped at a word of the command line.
func wrongWord(parsed *kong.Context) error {
	rest := parsed.Path[len(parsed.Path)-1].Remainder()
	if len(rest) == 0 {
		return parsed.Error
	}
	word := rest[0]
	if whole := parsed.Args[len(parsed.Args)-len(rest)]; whole != word {
		word = "-" + word[:1] // a letter of several after one dash
	}
	command := parsed.Selected()
	switch {
	case len(word) > 1 && word[0] == '-':
		name, _, _ := strings.Cut(word, "=")
		return unknownFlag(parsed.Model, command, name)
	case command == nil:
		return unknownCommand(parsed.Kong, word)
	}
	return tooMany(command, word)
}

// unknownFlag says that command, or loanmap itself if that is nil, has no flag of that name.
func unknownFlag(app *kong.Application, command *kong.Node, name string) error {
	var owners []string
	for _, other := range app.Leaves(true) {
		if slices.Contains(flagsOf(other), name) {
			owners = append(owners, "loanmap "+other.Name)
		}
	}
	switch {
	case command == nil && owners != nil:
		return question.Usage(fmt.Sprintf("%s needs a command before it", name), fmt.Sprintf("write %s, and %s after it", owners[0], name))
	case command == nil:
		return question.Usage(fmt.Sprintf("loanmap has no flag %s", name), didYouMean(name, flagsOf(app.Node), seeHelp))
	case owners != nil:
		return question.Usage(fmt.Sprintf("loanmap %s has no flag %s", command.Name, name), fmt.Sprintf("%s is a flag of %s", name, andList(owners)))
	}
	hint := fmt.Sprintf("loanmap %s --help lists its flags", command.Name)
	return question.Usage(fmt.Sprintf("loanmap %s has no flag %s", command.Name, name), didYouMean(name, flagsOf(command), hint))
}

// andList joins one or more names with commas and an "and".
func andList(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// flagsOf returns the flags of a command as they are written.
func flagsOf(command *kong.Node) []string {
	var names []string
	for _, flags := range command.AllFlags(true) {
		for _, flag := range flags {
			names = append(names, "--"+flag.Name)
			if flag.Short != 0 {
				names = append(names, "-"+string(flag.Short))
			}
		}
	}
	return names
}

const seeHelp = "loanmap --help lists the commands"

// unknownCommand says that there is no command of that name. The name of a sheet in
// its place is the commonest slip.
func unknownCommand(app *kong.Kong, word string) error {
	hint := didYouMean(word, commandNames(app), seeHelp)
	if _, isTopic := topicText(word); isTopic || word == referenceTopic {
		hint = fmt.Sprintf("loanmap help %s shows the topic of that name", word)
	}
	if isSheet(word) {
		hint = "to resolve a sheet: loanmap resolve " + quoted(word)
	}
	return question.Usage(fmt.Sprintf("%q is not a command", word), hint)
}

func isSheet(word string) bool {
	known := []string{".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"}
	if word == "-" || slices.Contains(known, strings.ToLower(filepath.Ext(word))) {
		return true
	}
	found, err := os.Stat(word)
	return err == nil && !found.IsDir()
}

// quoted returns word as a shell takes it, if it has blanks.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t") {
		return `"` + word + `"`
	}
	return word
}

// tooMany says that word is one argument too many.
func tooMany(command *kong.Node, word string) error {
	seeItsHelp := fmt.Sprintf("loanmap %s --help says what it takes", command.Name)
	var names []string
	for _, argument := range command.Positional {
		names = append(names, argument.Name)
	}
	switch len(names) {
	case 0:
		return question.Usage(fmt.Sprintf("loanmap %s takes no argument, and %q is one", command.Name, word), seeItsHelp)
	case 1:
		return question.Usage(fmt.Sprintf("loanmap %s takes one %s, and %q is one argument too many", command.Name, names[0], word),
			"run it once for each; a name with blanks needs quotes")
	}
	return question.Usage(fmt.Sprintf("loanmap %s takes %s, and %q is one argument too many", command.Name, andList(names), word), seeItsHelp)
}

// argumentMissing says which argument of a command, or that the command, is missing.
func argumentMissing(parsed *kong.Context) error {
	command := parsed.Selected()
	if command == nil {
		return question.Usage("a command is missing", seeHelp)
	}
	for _, argument := range command.Positional {
		if argument.Required && !argument.Set {
			return question.Usage(fmt.Sprintf("loanmap %s needs %s %s", command.Name, article(argument.Name), argument.Name), "give "+describe(argument))
		}
	}
	return nil
}

func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIOU") {
		return "an"
	}
	return "a"
}

// exclusiveFlags names two flags that exclude each other.
func exclusiveFlags(parsed *kong.Context) error {
	given := map[string]*kong.Flag{}
	for _, flag := range parsed.Flags() {
		for _, group := range flag.Xor {
			if first := given[group]; flag.Set && first != nil {
				return question.Usage(fmt.Sprintf("--%s and --%s exclude each other", first.Name, flag.Name), "leave one of them out")
			} else if flag.Set {
				given[group] = flag
			}
		}
	}
	return nil
}

// checkGiven refuses what the parser takes without a word: an empty value, and a flag
// that is given twice, of which it keeps the last.
func checkGiven(parsed *kong.Context) error {
	given := map[*kong.Flag]bool{}
	for _, path := range parsed.Path {
		value := path.Positional
		if path.Flag != nil {
			value = path.Flag.Value
		}
		switch {
		case value == nil:
		case isEmpty(value.Target):
			return question.Usage(nameOf(value)+" is empty", "give "+describe(value))
		case path.Flag == nil || value.IsBool() || value.IsCumulative():
		case given[path.Flag]:
			return question.Usage(nameOf(value)+" is given twice", "leave one of them out")
		default:
			given[path.Flag] = true
		}
	}
	return nil
}

func isEmpty(target reflect.Value) bool {
	kind := target.Kind()
	return (kind == reflect.String || kind == reflect.Slice || kind == reflect.Map) && target.Len() == 0
}
