package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"loanmap/pipeline/question"

	"github.com/alecthomas/kong"
)

// topicFiles holds the topics of `loanmap help`. README links to the same files.
//
//go:embed help/*.md
var topicFiles embed.FS

// helpCommand is `loanmap help`. A topic may have the name of a command, such as
// reconcile: then its last line says how to see the flags.
type helpCommand struct {
	Topic []string `arg:"" optional:"" complete:"topics" help:"A topic or a command. Default: list them."`

	Man bool `group:"Output:" help:"Print the manual page of a command, or of loanmap, for man -l -."`
}

// Run prints a topic, the help of a command, or the list of both.
func (c *helpCommand) Run(ctx context.Context, s *streams, parsed *kong.Context) error {
	// "exit codes" is the topic exit-codes.
	name := strings.ToLower(strings.Join(c.Topic, "-"))
	var text strings.Builder
	parsed.Stdout = &text
	err := c.show(&text, parsed.Kong, name)
	if err == nil {
		err = page(ctx, s.out, text.String())
	}
	if err != nil {
		newScreen(s.err, logFlags{}).fail(err)
	}
	return err
}

// linksHelp follows a topic: a terminal does not open its links.
const linksHelp = "\nTo read a page in [brackets]: loanmap help PAGE\n"

func (c *helpCommand) show(out io.Writer, app *kong.Kong, name string) error {
	switch {
	case c.Man:
		return showManual(out, app, name)
	case name == "":
		return listHelp(out, app)
	case name == referenceTopic:
		_, err := io.WriteString(out, reference(app.Model))
		return err
	}
	return showHelp(out, app, name)
}

// showManual prints the manual page of a command.
func showManual(out io.Writer, app *kong.Kong, name string) error {
	nodes := append([]*kong.Node{app.Model.Node}, app.Model.Leaves(true)...)
	at := slices.IndexFunc(nodes, func(node *kong.Node) bool { return name == "" && node.Parent == nil || node.Name == name })
	if at < 0 {
		return question.Usage(fmt.Sprintf("there is no command %q", name), didYouMean(name, commandNames(app), seeHelp))
	}
	_, err := io.WriteString(out, manual(app.Model, nodes[at]))
	return err
}

func showHelp(out io.Writer, app *kong.Kong, name string) error {
	text, isTopic := topicText(name)
	isCommand := slices.Contains(commandNames(app), name)
	switch {
	case isCommand && !isTopic:
		return printUsage(app, name)
	case !isTopic:
		return unknownTopic(name, slices.Concat(topicNames(), commandNames(app), []string{referenceTopic}))
	case isCommand:
		text += fmt.Sprintf("\nFlags: loanmap %s --help\n", name)
	}
	_, err := io.WriteString(out, text+linksHelp)
	return err
}

// listHelp prints the help of the program, which lists the commands, and the topics.
func listHelp(out io.Writer, app *kong.Kong) error {
	if err := printUsage(app); err != nil {
		return err
	}
	list := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0) // Flush returns errors
	_, _ = fmt.Fprintln(list, "\nTopics (loanmap help TOPIC):")
	for _, name := range topicNames() {
		text, _ := topicText(name)
		title, _, _ := strings.Cut(text, "\n")
		_, _ = fmt.Fprintf(list, "  %s\t%s\n", name, strings.TrimPrefix(title, "# "))
	}
	_, _ = fmt.Fprintf(list, "  %s\tEvery command and flag\n", referenceTopic)
	return list.Flush()
}

// printUsage prints what `loanmap COMMAND --help` prints.
func printUsage(app *kong.Kong, command ...string) error {
	traced, err := kong.Trace(app, command)
	if err != nil {
		return err
	}
	return traced.PrintUsage(false)
}

// topicNames returns the names of the topics in order.
func topicNames() []string {
	files, _ := topicFiles.ReadDir("help") // an embedded folder can always be read
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(file.Name(), path.Ext(file.Name())))
	}
	return names
}

func topicText(name string) (text string, ok bool) {
	content, err := topicFiles.ReadFile("help/" + name + ".md")
	return string(content), err == nil
}

func commandNames(app *kong.Kong) []string {
	var names []string
	for _, command := range app.Model.Leaves(true) {
		names = append(names, command.Name)
	}
	return names
}

func unknownTopic(name string, known []string) error {
	return question.Usage(fmt.Sprintf("there is no help topic %q", name), didYouMean(name, known, "loanmap help lists the topics"))
}
