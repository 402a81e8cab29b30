package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// referenceTopic is the topic that lists every command and flag.
const referenceTopic = "reference"

// A section is a part of a page about a command: its arguments, or a group of flags.
type section struct {
	title string
	items []item
}

// An item is a command, an argument, a flag or a variable of the environment.
type item struct{ term, text string }

// sectionsOf returns what a command takes, in the order of its help. Of loanmap itself
// it returns the commands, too. The manual pages and the reference show the same.
func sectionsOf(command *kong.Node) []section {
	var all []section
	add := func(title string, entry item) {
		at := slices.IndexFunc(all, func(s section) bool { return s.title == title })
		if at < 0 {
			at, all = len(all), append(all, section{title: title})
		}
		all[at].items = append(all[at].items, entry)
	}
	for _, child := range command.Children {
		if !child.Hidden {
			add("Commands", item{child.Name, child.Help})
		}
	}
	for _, argument := range command.Positional {
		add("Arguments", item{argument.Name, argument.Help})
	}
	for _, flag := range command.Flags {
		if flag.Name != "help" || command.Parent == nil {
			add(groupOf(flag), item{flag.String(), helpOf(flag)})
		}
	}
	return all
}

// groupOf returns the title of a flag's group.
func groupOf(flag *kong.Flag) string {
	if flag.Group == nil {
		return "Flags"
	}
	title, _, _ := strings.Cut(flag.Group.Title, " (")
	return strings.TrimSuffix(title, ":")
}

// helpOf returns the help of a flag, with the values it lists and its variable.
func helpOf(flag *kong.Flag) string {
	text := flag.Help
	if list := listed(flag.Value); slices.ContainsFunc(list, func(value string) bool { return !strings.Contains(text, value) }) {
		text += " One of: " + strings.Join(list, ", ") + "."
	}
	for _, variable := range flag.Envs {
		text += " Environment: " + variable + "."
	}
	return text
}

// synopsis returns a command as it is written: loanmap resolve <INPUT> [flags].
func synopsis(command *kong.Node) string {
	words := []string{"loanmap"}
	if command.Parent == nil {
		return "loanmap <command> [flags]"
	}
	words = append(words, command.Name)
	for _, argument := range command.Positional {
		words = append(words, argument.Summary())
	}
	if len(command.Flags) > 0 {
		words = append(words, "[flags]")
	}
	return strings.Join(words, " ")
}

// reference returns every command and flag, as a topic.
func reference(app *kong.Application) string {
	var text strings.Builder
	text.WriteString("# Every command and flag\n")
	for _, command := range app.Leaves(true) {
		fmt.Fprintf(&text, "\n## %s\n\n%s\n", synopsis(command), wrap(command.Help, 80, ""))
		if command.Detail != "" {
			fmt.Fprintf(&text, "\n%s\n", wrap(command.Detail, 80, ""))
		}
		for _, part := range sectionsOf(command) {
			fmt.Fprintf(&text, "\n**%s**\n\n", part.title)
			for _, entry := range part.items {
				text.WriteString(wrap("- `"+entry.term+"`: "+entry.text, 80, "  ") + "\n")
			}
		}
	}
	return text.String()
}

// wrap breaks text into lines of at most width characters, all but the first one with
// an indentation.
func wrap(text string, width int, indent string) string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), indent+word
			continue
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}

// manual returns the manual page of a command, or of loanmap itself, in the macros of man(7).
func manual(app *kong.Application, command *kong.Node) string {
	var page strings.Builder
	name := manualName(command)
	fmt.Fprintf(&page, ".TH %s 1 \"%s\" \"loanmap %s\" \"loanmap\"\n", roff(strings.ToUpper(name)), released, roff(versionText()))
	fmt.Fprintf(&page, ".SH NAME\n%s \\- %s\n", roff(name), roff(sentence(about(command))))
	fmt.Fprintf(&page, ".SH SYNOPSIS\n%s\n", roff(synopsis(command)))
	fmt.Fprintf(&page, ".SH DESCRIPTION\n%s", paragraphs(command))
	for _, part := range sectionsOf(command) {
		fmt.Fprintf(&page, ".SH %s\n", roff(strings.ToUpper(part.title)))
		for _, entry := range part.items {
			fmt.Fprintf(&page, ".TP\n.B %s\n%s\n", roff(entry.term), roff(wrap(entry.text, 78, "")))
		}
	}
	if command.Parent == nil {
		page.WriteString(environment(app))
	}
	fmt.Fprintf(&page, ".SH EXIT STATUS\n%s", verbatim(strings.Split(strings.TrimSpace(exitHelp), "\n")[1:]))
	page.WriteString(".SH SEE ALSO\n" + seeAlso(app, command))
	return page.String()
}

// manualName returns the name of a manual page: loanmap-resolve.
func manualName(command *kong.Node) string {
	if command.Parent == nil {
		return "loanmap"
	}
	return "loanmap-" + command.Name
}

// about returns what a command does, in its first line.
func about(command *kong.Node) string {
	first, _, _ := strings.Cut(command.Help, "\n")
	return first
}

// paragraphs returns the help of a command; lines that are indented remain lines.
func paragraphs(command *kong.Node) string {
	var text strings.Builder
	for i, part := range strings.Split(strings.TrimSpace(command.Help+"\n\n"+command.Detail), "\n\n") {
		if i > 0 {
			text.WriteString(".PP\n")
		}
		if strings.HasPrefix(part, " ") {
			text.WriteString(verbatim(strings.Split(part, "\n")))
			continue
		}
		text.WriteString(roff(wrap(part, 78, "")) + "\n")
	}
	return text.String()
}

// verbatim returns lines that are shown as they are.
func verbatim(lines []string) string {
	return ".nf\n" + roff(strings.Join(lines, "\n")) + "\n.fi\n"
}

// environment returns the section of the variables that loanmap reads.
func environment(app *kong.Application) string {
	about := map[string]string{"LOANPRO_API_TOKEN": "The API token itself. It is never a flag: other users of the machine can read those."}
	for _, command := range app.Leaves(true) {
		for _, flag := range command.Flags {
			for _, variable := range flag.Envs {
				about[variable] = fmt.Sprintf("As --%s: %s", flag.Name, flag.Help)
			}
		}
	}
	var text strings.Builder
	text.WriteString(".SH ENVIRONMENT\n")
	for _, variable := range slices.Sorted(maps.Keys(about)) {
		fmt.Fprintf(&text, ".TP\n.B %s\n%s\n", roff(variable), roff(wrap(about[variable], 78, "")))
	}
	return text.String()
}

// seeAlso names the other manual pages, and the topics.
func seeAlso(app *kong.Application, command *kong.Node) string {
	nodes := []*kong.Node{app.Node}
	if command.Parent == nil {
		nodes = app.Leaves(true)
	}
	var pages []string
	for _, node := range nodes {
		pages = append(pages, fmt.Sprintf(".BR %s (1)", roff(manualName(node))))
	}
	return strings.Join(pages, ",\n") + ".\n.PP\n" + roff(wrap("loanmap help lists the topics: "+strings.Join(topicNames(), ", ")+".", 78, "")) + "\n"
}

var (
	roffSigns  = strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)
	roffOther  = regexp.MustCompile(`[^\x00-\x7f]`)
	roffDotted = regexp.MustCompile(`(?m)^\.`)
)

// roff returns text as man shows it unchanged.
func roff(text string) string {
	text = roffDotted.ReplaceAllString(roffSigns.Replace(text), `\&.`)
	return roffOther.ReplaceAllStringFunc(text, func(sign string) string { return fmt.Sprintf(`\[u%04X]`, []rune(sign)[0]) })
}
