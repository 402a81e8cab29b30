package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"loanmap/io/loanpro"
	"loanmap/pipeline"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// findCommand is `loanmap find`.
type findCommand struct {
	IDs []string `arg:"" name:"ID" help:"Display IDs, names or page addresses; - for standard input."`

	findFlags       `embed:"" group:"Finding:"`
	connectionFlags `embed:"" group:"Connection:"`
	logFlags        `embed:"" group:"Messages:"`
}

// findFlags say what to find, and how to show it.
type findFlags struct {
	By             string                       `enum:",${kinds}" default:"" placeholder:"KIND" help:"What is given: ${kinds_list}. Default: loan, or what a page is of."`
	Evidence       map[question.Evidence]string `mapsep:"," placeholder:"KIND=VALUE,…" help:"With --by customer and one name: what else is known of the person, such as zip=84601,loan=L000212."`
	AcceptNameOnly bool                         `help:"With --by customer: accept the only customer of exactly that name if there is no evidence. Such matches are wrong more often."`
	Page           string                       `name:"url-template" placeholder:"URL" help:"Show the addresses of the records' pages; URL holds {tenant}, {loan_id} or {customer_id} in place of their IDs."`
	JSON           bool                         `name:"json" help:"Print one JSON object, with a result for each ID (loanmap help find)."`
	Rate           float64                      `default:"${rate}" above:"0" max:"1000" placeholder:"N" help:"Maximum requests per second (${default})."`
}

const fromStdin = "-"

// Help follows the first line of the command's help.
func (*findCommand) Help() string {
	return "What you type ends up in the shell's history, names and evidence too. loanmap find - reads IDs or names from standard input, one on a line."
}

// Validate refuses what cannot be combined.
func (c *findCommand) Validate() error {
	switch {
	case len(c.IDs) > 1 && slices.Contains(c.IDs, fromStdin):
		return question.Usage("- cannot be combined with other IDs", "write all of them, or give all on standard input")
	case c.By != question.Names.Flag && c.By != "" && c.ofPeople():
		return evidenceNeedsNames(c.By)
	case len(c.IDs) > 1 && len(c.Evidence) > 0:
		return question.Usage("--evidence belongs to one name, and there are several", "find them one by one, or put them into a sheet: loanmap resolve SHEET --by customer")
	}
	return checkPage(c.Page)
}

// ofPeople reports whether a flag is given that only names of people need.
func (c *findFlags) ofPeople() bool { return len(c.Evidence) > 0 || c.AcceptNameOnly }

// Run finds the records and prints them on standard output.
func (c *findCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	found, err := c.find(ctx, s, screen)
	if err == nil {
		*code = outcomeCode(found.Counts)
		err = c.print(s.out, found)
	}
	return c.failed(ctx, screen, err)
}

func (c *findCommand) find(ctx context.Context, s *streams, screen *screen) (*pipeline.Found, error) {
	values, err := c.values(s.in)
	if err != nil {
		return nil, err
	}
	client, disconnect, err := c.connect(defaultWorkers, c.Rate, screen.log)
	if err != nil {
		return nil, err
	}
	defer disconnect()
	c.announce(client.Host(), screen.log)
	began := time.Now()
	found, err := pipeline.Find(ctx, pipeline.Wanted{
		Values: values, By: c.by(), Evidence: c.Evidence, NameOnly: c.AcceptNameOnly, Page: c.Page,
		Lookup: lookup.Options{Client: client, Batch: loanpro.MaxBatch, Workers: defaultWorkers, Rate: c.Rate}, Log: screen.log,
	})
	if err != nil {
		return nil, err
	}
	screen.found(found.Counts, client.Stats().Requests, time.Since(began))
	if c.Sandbox {
		screen.log.Warn("these records are made up: they come from the sandbox", "event", "made_up_records")
	}
	return found, nil
}

// by returns what the flags say that is given; empty: see pipeline.Wanted.
func (c *findFlags) by() string {
	if c.By == "" && c.ofPeople() {
		return question.Names.Flag
	}
	return c.By
}

// maxFind is the most IDs that are read from standard input.
const maxFind = 1000

// values returns the IDs of the command line, or the lines of standard input that are not
// blank.
func (c *findCommand) values(in io.Reader) ([]string, error) {
	if c.IDs[0] != fromStdin {
		return c.IDs, nil
	}
	var values []string
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" {
			values = append(values, line)
		}
		if len(values) > maxFind {
			return nil, question.Usage(fmt.Sprintf("standard input has more than %d lines", maxFind), "put them into a sheet: loanmap resolve SHEET")
		}
	}
	switch {
	case lines.Err() != nil:
		return nil, question.Usage("reading standard input: "+lines.Err().Error(), "give one ID on a line")
	case len(values) == 0:
		return nil, question.Usage("standard input has no ID", "give one on a line")
	case len(values) > 1 && len(c.Evidence) > 0:
		return nil, question.Usage("--evidence belongs to one name, and there are several on standard input", "put them into a sheet: loanmap resolve SHEET --by customer")
	}
	return values, nil
}

// print prints what was found, for programs or for people.
func (c *findCommand) print(out io.Writer, found *pipeline.Found) error {
	if c.JSON {
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		return lines.Encode(found)
	}
	if err := c.printTable(out, found.Results); err != nil {
		return err
	}
	return printAdvice(out, found.Results)
}

func (c *findCommand) printTable(out io.Writer, results []pipeline.Finding) error {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0) // writing to a builder cannot fail
	write := func(cells ...string) { _, _ = fmt.Fprintln(table, strings.Join(c.withPage(cells...), "\t")) }
	write("ID", "RESULT", "RECORD", "STATUS", "NAMES", "PAGE")
	for i := range results {
		for _, line := range linesOf(&results[i]) {
			write(line...)
		}
	}
	_ = table.Flush()
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// withPage returns cells of a table, without the last one, of pages, if none are shown.
func (c *findFlags) withPage(cells ...string) []string {
	if c.Page == "" {
		return cells[:len(cells)-1]
	}
	return cells
}

// linesOf returns the lines of a result: one, and one for each candidate.
func linesOf(f *pipeline.Finding) [][]string {
	status := f.LoanStatus
	if f.Archived {
		status = answer.StatusText(status, "archived")
	}
	first := []string{f.Asked, string(f.Status), "", status, "", f.Page}
	if f.ID != "" {
		first[2], first[4] = f.Record+" "+f.ID, namesOf(f)
	}
	lines := [][]string{first}
	for _, c := range f.Candidates {
		about := strings.TrimPrefix(c.Name+", "+c.Place, ", ")
		about = strings.TrimSuffix(about, ", ")
		if c.Score > 0 {
			about = fmt.Sprintf("%s (%d)", about, c.Score)
		}
		lines = append(lines, []string{"", "candidate", f.Record + " " + c.ID, c.Status, about, c.Page})
	}
	for _, line := range lines {
		for i, cell := range line {
			line[i] = answer.OneLine(cell)
		}
	}
	return lines
}

// namesOf returns the name of a customer, or of those of a loan, with their system IDs.
func namesOf(f *pipeline.Finding) string {
	if len(f.Customers) == 0 && f.Record == pipeline.CustomerRecord {
		return f.Value
	}
	var names []string
	for _, c := range f.Customers {
		name := cmp.Or(strings.TrimSpace(c.ID+" "+c.Name), "not known")
		if c.Role != "" {
			name += " (" + c.Role + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, "; ")
}

// printAdvice says why results are not matched, and what to do about it, once for all of
// which that is the same.
func printAdvice(out io.Writer, results []pipeline.Finding) error {
	var order []answer.Advice
	asked := map[answer.Advice][]string{}
	for _, f := range results {
		if f.Status == match.Matched {
			continue
		}
		advice := answer.Advice{Message: f.Message, Hint: f.Hint}
		if asked[advice] == nil {
			order = append(order, advice)
		}
		asked[advice] = append(asked[advice], answer.OneLine(f.Asked))
	}
	for _, advice := range order {
		if _, err := fmt.Fprintf(out, "\n%s: %s\nhint: %s\n", strings.Join(asked[advice], ", "), answer.OneLine(advice.Message), advice.Hint); err != nil {
			return err
		}
	}
	return nil
}
