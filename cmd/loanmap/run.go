package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"loanmap/io/loanpro"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// The exit codes are a contract with scripts: README and --help list them.
const (
	exitMatched     = 0   // every row matched; reconcile: nothing changed
	exitFailed      = 1   // nothing was written; also when a brake of reconcile stopped the run
	exitUsage       = 2   // the command line is wrong
	exitUnmatched   = 3   // finished; some rows need review; reconcile: something changed
	exitRefused     = 4   // LoanPro refuses the credentials or the tenant
	exitIncomplete  = 5   // finished; some rows got no answer
	exitInterrupted = 130 // stopped by a signal
)

const description = `Turn a spreadsheet of LoanPro display IDs or customer names into the internal IDs that LoanPro's API and imports need.

    loanmap resolve loans.csv --sandbox    rehearse on a made-up tenant
    loanmap check                          test the connection to yours
    loanmap resolve loans.csv --dry-run    how many requests? sends none
    loanmap resolve loans.csv              resolve the sheet`

const exitHelp = `
Exit codes (loanmap help exit-codes):
  0    every row matched; reconcile: nothing changed
  1    failed; nothing was written
  2    wrong usage
  3    finished; some rows need review; reconcile: something changed
  4    LoanPro refuses the credentials or the tenant
  5    finished; some rows got no answer: run again
  130  interrupted: run again
`

// version is set when a release is built.
var version = ""

// commands is the command line.
type commands struct {
	Resolve   resolveCommand   `cmd:"" help:"Resolve a sheet of display IDs or customer names to system IDs."`
	Reconcile reconcileCommand `cmd:"" help:"Resolve a sheet and report what changed since a previous output."`
	Find      findCommand      `cmd:"" help:"Find one or a few records by display ID, name or page address, and show them."`
	Review    reviewCommand    `cmd:"" help:"Decide the open rows of a report in the browser."`
	Merge     mergeCommand     `cmd:"" help:"Put the parts of a job together that was resolved in shards."`
	Check     checkCommand     `cmd:"" help:"Test the connection to the tenant and show what its search supports."`
	Pace      paceCommand      `cmd:"" help:"Show the pace that several runs share, pause it, or set its ceiling."`
	Sandbox   sandboxCommand   `cmd:"" help:"Serve a made-up LoanPro tenant on this machine, to rehearse on."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
	Help      helpCommand      `cmd:"" help:"Show a topic, such as names or nightly, or the flags of a command."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// streams are what a command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run runs the command line args and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	// Windows has no SIGHUP: closing a window sends SIGTERM there.
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, signals...)
	defer stop()
	// The first signal stops the run; the second one kills the process.
	context.AfterFunc(ctx, stop)

	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parse(args, out, errOut)
	if err != nil {
		newScreen(errOut, logFlags{LogFormat: logFormat(args)}).fail(err)
		return codeOf(ctx, err)
	}
	if command == nil {
		return exitMatched // help was printed
	}
	code := exitMatched
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(&streams{in, out, errOut}, &code); err != nil {
		return codeOf(ctx, err)
	}
	return code
}

// logFormat returns the format of messages that args ask for, also where they are
// wrong in another place.
func logFormat(args []string) string {
	if line := strings.ReplaceAll(strings.Join(args, " "), "=", " "); strings.Contains(line, "--log-format json") {
		return "json"
	}
	return "text"
}

// parse returns the command in args, or nil after printing help.
func parse(args []string, out, errOut io.Writer) (*kong.Context, error) {
	helpShown := false
	parser, err := kong.New(new(commands),
		kong.Name("loanmap"),
		kong.Description(description),
		kong.Writers(out, errOut),
		kong.Exit(func(int) { helpShown = true }),
		kong.Vars{
			"version":  "loanmap " + versionText(),
			"base_url": loanpro.DefaultBaseURL,
			"rate":     fmt.Sprint(defaultRate), "workers": fmt.Sprint(defaultWorkers), "batch": fmt.Sprint(loanpro.MaxBatch),
			"kinds": strings.Join(question.Flags(), ","), "kinds_list": strings.Join(question.Flags(), ", "),
			"max_risk": lookup.DefaultMaxRisk.String(), "allow_lost": delivery.Percent(delivery.DefaultAllowLost).String(), "allow_shrink": delivery.Percent(delivery.DefaultAllowShrink).String(),
		},
		kong.TypeMapper(reflect.TypeFor[map[question.Evidence]string](), kong.MapperFunc(decodeEvidence)),
		kong.PostBuild(checkValues),
		kong.PostBuild(func(app *kong.Kong) error {
			app.Model.HelpFlag.Help = "Show this help, or that of a command."
			return nil
		}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Help(printHelp),
	)
	if err != nil {
		return nil, fmt.Errorf("setting up the command line: %w", err)
	}
	command, err := parser.Parse(args)
	if err == nil && !helpShown {
		err = checkGiven(command)
	}
	switch {
	case helpShown:
		return nil, nil
	case err != nil:
		return nil, usageProblem(err)
	}
	return command, nil
}

// printHelp prints the help of a command without the flags that all commands have,
// since who reads it knows them, or that of the program with the exit codes.
func printHelp(options kong.HelpOptions, parsed *kong.Context) error {
	for _, flag := range parsed.Model.Flags {
		flag.Hidden = parsed.Selected() != nil
	}
	err := kong.DefaultHelpPrinter(options, parsed)
	if err == nil && parsed.Selected() == nil {
		_, err = io.WriteString(parsed.Stdout, exitHelp)
	}
	return err
}

// codeOf returns the exit code of an error.
func codeOf(ctx context.Context, err error) int {
	switch {
	case ctx.Err() != nil, is[*stoppedError](err):
		return exitInterrupted
	case is[*question.UsageError](err):
		return exitUsage
	}
	if e, ok := errors.AsType[*loanpro.Error](err); ok && e.Class == loanpro.Refused {
		return exitRefused
	}
	return exitFailed
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(s *streams) error {
	_, err := fmt.Fprintf(s.out, "loanmap %s\n", versionText())
	return err
}

// versionText returns the version set at build time, or the module's version.
func versionText() string {
	if version != "" {
		return version
	}
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" {
		return build.Main.Version
	}
	return "(unknown)"
}
