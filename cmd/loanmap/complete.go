package main

import (
	"embed"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"loanmap/pipeline/question"
)

// completionFiles holds a script for each shell. It asks loanmap, at each key of
// completion, what can follow: see [complete].
//
//go:embed completion/*
var completionFiles embed.FS

// completeCommand is `loanmap completion`.
type completeCommand struct {
	Shell string `arg:"" name:"SHELL" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish or powershell. How to load the script: loanmap help install."`
}

// Run prints the script.
func (c *completeCommand) Run(s *streams) error {
	script, err := completionFiles.ReadFile("completion/" + c.Shell)
	if err == nil {
		_, err = s.out.Write(script)
	}
	return err
}

// completeWord is the first word of what the scripts run. Commands of kong would read
// the words after it, which may be half of a flag.
const completeWord = "__complete"

// A candidate is a word that can be at the cursor, with what it means.
type candidate struct{ word, about string }

// endings are those of the files that the tag complete names. Without the tag a
// FILE may be any.
var endings = map[string]string{"sheets": " csv tsv txt xlsx xlsm", "decisions": " jsonl", "parts": " part"}

// complete prints what can be at the cursor: a candidate on a line, and what it means
// after a tab. Or a line names what the shell itself completes: ":files", with endings,
// or ":folders". words are those up to the cursor. The last one has a dot before it:
// PowerShell omits arguments that are empty.
func complete(words []string, out io.Writer) int {
	app, err := newParser(io.Discard, io.Discard, new(profiles), func(int) {})
	if err != nil || len(words) == 0 {
		return exitUsage
	}
	last := len(words) - 1
	words[last] = strings.TrimPrefix(words[last], ".")
	words = joinValues(words)
	last = len(words) - 1
	var lines strings.Builder
	for _, found := range candidates(app.Model, words[:last], words[last]) {
		if strings.HasPrefix(found.word, words[last]) || strings.HasPrefix(found.word, ":") {
			lines.WriteString(found.word + "\t" + found.about + "\n")
		}
	}
	if _, err := io.WriteString(out, lines.String()); err != nil {
		return exitFailed
	}
	return exitMatched
}

// joinValues joins what bash splits at an equals sign: --by = loan.
func joinValues(words []string) []string {
	var joined []string
	for _, word := range words {
		last := len(joined) - 1
		if last >= 0 && strings.HasPrefix(joined[last], "--") && (word == "=" || strings.HasSuffix(joined[last], "=")) {
			joined[last] += word
			continue
		}
		joined = append(joined, word)
	}
	return joined
}

// candidates returns what can be at the cursor, after the words before it. at is the
// part of a word that is there.
func candidates(app *kong.Application, before []string, at string) []candidate {
	command, value, arguments := follow(app, before)
	if command == nil {
		return nil
	}
	name, _, hasValue := strings.Cut(at, "=")
	flag := flagNamed(command, name)
	switch {
	case value != nil:
		return valuesOf(app, value, "")
	case flag != nil && hasValue:
		return valuesOf(app, flag.Value, name+"=")
	case command == app.Node && !strings.HasPrefix(at, "-"):
		return commandCandidates(app)
	case arguments < len(command.Positional) && !strings.HasPrefix(at, "-"):
		return valuesOf(app, command.Positional[arguments], "")
	}
	return flagCandidates(command)
}

// follow reads words as the parser does. It returns the command in them, which is
// nil if it is not known, the flag whose value is next, if there is one, and at which
// argument of the command they end.
func follow(app *kong.Application, words []string) (command *kong.Node, next *kong.Value, arguments int) {
	command = app.Node
	for _, word := range words {
		name, _, hasValue := strings.Cut(word, "=")
		flag := flagNamed(command, name)
		switch {
		case next != nil:
			next = nil
		case flag != nil && !hasValue && !flag.IsBool():
			next = flag.Value
		case strings.HasPrefix(word, "-") && word != fromStdin:
		case command == app.Node:
			at := slices.IndexFunc(app.Children, func(child *kong.Node) bool { return child.Name == word })
			if at < 0 {
				return nil, nil, 0
			}
			command = app.Children[at]
		case arguments >= len(command.Positional) || !command.Positional[arguments].IsCumulative():
			arguments++
		}
	}
	return command, next, arguments
}

// flagNamed returns the flag of a command that is written as name: --output or -o.
func flagNamed(command *kong.Node, name string) *kong.Flag {
	at := slices.IndexFunc(command.Flags, func(flag *kong.Flag) bool {
		return name == "--"+flag.Name || flag.Short != 0 && name == "-"+string(flag.Short)
	})
	if at < 0 {
		return nil
	}
	return command.Flags[at]
}

func commandCandidates(app *kong.Application) []candidate {
	var all []candidate
	for _, command := range app.Leaves(true) {
		all = append(all, candidate{command.Name, sentence(command.Help)})
	}
	return all
}

func flagCandidates(command *kong.Node) []candidate {
	var all []candidate
	for _, flag := range command.Flags {
		if !flag.Hidden {
			all = append(all, candidate{"--" + flag.Name, sentence(flag.Help)})
		}
	}
	return all
}

// valuesOf returns what a value can be, each with prefix before it.
func valuesOf(app *kong.Application, value *kong.Value, prefix string) []candidate {
	words := listed(value)
	switch kind := value.Tag.Get("complete"); {
	case kind == "profiles":
		profiles, _, _ := readConfig() // what is wrong with it is said when a profile is used
		words = slices.Sorted(maps.Keys(profiles))
	case kind == "topics":
		words = slices.Concat(topicNames(), []string{referenceTopic}, commandNames(&kong.Kong{Model: app}))
	case kind != "" || value.Flag != nil && slices.Contains([]string{"FILE", "OUTPUT"}, value.Flag.PlaceHolder):
		return []candidate{{word: ":files" + endings[kind]}}
	case value.Flag != nil && value.Flag.PlaceHolder == "DIR":
		return []candidate{{word: ":folders"}}
	case value.Target.Type() == reflect.TypeFor[map[question.Evidence]string]():
		for _, kind := range question.EvidenceKinds() {
			words = append(words, string(kind)+"=")
		}
	}
	var all []candidate
	for _, word := range words {
		all = append(all, candidate{word: prefix + word})
	}
	return all
}
