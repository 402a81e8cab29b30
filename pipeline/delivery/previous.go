package delivery

import (
	"cmp"
	"fmt"
	"iter"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// checkOrigin refuses to compare with what another kind of run has found, or a run
// against another tenant. digest is of the file at path. A summary says which run has
// written the file; where there is no such summary, its rows do.
func (d *Delivery) checkOrigin(path, digest string, open func() (sheet.Reader, string, error)) error {
	if digest == "" { // not a regular file: it can be read only once
		return nil
	}
	var other error
	for is := range d.runsOf(digest, path) {
		err := d.comparable(path, is)
		if err == nil {
			d.Log.Info("comparing with {path}, the output of the run of {started}: {by}s, tenant {tenant}",
				"event", "previous_output", "path", path, "started", is.Started, "by", is.By, "tenant", is.LoanPro.Tenant)
			return nil
		}
		other = cmp.Or(other, err)
	}
	if other != nil {
		return other
	}
	return d.checkKind(path, open)
}

// runsOf yields the accounts of runs that have written a file with this digest, as
// far as their summaries are in the folder of the file or in that of this run's.
func (d *Delivery) runsOf(digest, path string) iter.Seq[*Account] {
	folders := []string{filepath.Dir(path), filepath.Dir(d.targets(d.In.Reader.Source().Kind).Summary)}
	return func(yield func(*Account) bool) {
		for _, folder := range slices.Compact(folders) {
			for is := range accountsIn(folder) {
				if is.OutputSHA256 == digest && !yield(is) {
					return
				}
			}
		}
	}
}

// comparable returns a *UsageError where a run has asked for something else, or
// another tenant. The port does not count: a sandbox has another one each time.
func (d *Delivery) comparable(name string, is *Account) error {
	if is.By != d.In.Columns.Kind.One {
		return d.otherKind(name, is.By)
	}
	if d.In.Tenant == "" { // a dry run
		return nil
	}
	host := Hostname(is.LoanPro.Host)
	if is.LoanPro.Tenant == d.In.Tenant && strings.EqualFold(host, d.In.Host) {
		return nil
	}
	return previousError(
		name, fmt.Sprintf("it is of tenant %s at %s, but this run asks tenant %s at %s", is.LoanPro.Tenant, host, d.In.Tenant, d.In.Host),
		"compare with an output of the same tenant, or check LOANPRO_TENANT_ID and LOANPRO_BASE_URL",
	)
}

func (d *Delivery) otherKind(name, kind string) error {
	other := d.foundBy(kind)
	return previousError(name, other.Problem, other.Hint)
}

// foundBy refuses an output whose rows were found by another kind of ID or name.
func (d *Delivery) foundBy(kind string) *question.UsageError {
	return question.Usage(
		fmt.Sprintf("its rows were found by %s, but this run looks for %s", kind, d.In.Columns.Kind.Many),
		"compare with an output of the same kind, or give this run the same --by",
	)
}

// Hostname returns a host without its port.
func Hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// enoughKinds is how many matched rows are looked at to see of which kind they are.
const enoughKinds = 1000

// checkKind returns a *UsageError where the first matched rows of an output show
// by what they were found, and none shows the kind of ID or name of this run.
func (d *Delivery) checkKind(name string, open func() (sheet.Reader, string, error)) error {
	reader, prefix, err := open()
	if err != nil {
		return err
	}
	defer reader.Close()
	columns, kind, seen := d.kindColumns(reader.Header(), prefix), "", 0
	for row, err := range reader.Rows() {
		if err != nil {
			return err
		}
		kinds := columns.kindsOf(row.Cells)
		if slices.Contains(kinds, d.In.Columns.Kind) || seen == enoughKinds {
			return nil
		}
		if len(kinds) > 0 {
			kind = cmp.Or(kind, describeKinds(kinds))
			seen++
		}
	}
	if kind == "" {
		return nil
	}
	return d.otherKind(name, kind)
}

// describeKinds names what rows were found by, where they may have been found by one
// of kinds.
func describeKinds(kinds []*question.Kind) string {
	if len(kinds) == 1 {
		return kinds[0].One
	}
	return anyCustomer
}

// anyCustomer is what rows were found by that show a customer, and not by which ID or
// name.
const anyCustomer = "customer"

// kindColumns are where an output shows by what a row was found; -1: nowhere.
type kindColumns struct {
	status, loan, customer, archived, reasons int
	own                                       []int // columns that are not loanmap's
}

func (d *Delivery) kindColumns(header []string, prefix string) *kindColumns {
	column := func(name string) int { return slices.Index(header, prefix+name) }
	k := &kindColumns{
		status: column(answer.StatusColumn), loan: column(answer.LoanColumn), customer: column(answer.CustomerColumn),
		archived: column(answer.ArchivedColumn), reasons: column(answer.ReasonsColumn), own: d.outputColumns(header, prefix).own,
	}
	if slices.Contains(k.own, k.loan) {
		k.loan = -1
	}
	return k
}

// kindsOf returns the kinds of IDs or names by one of which a row was found; none: it
// does not show that. An ID may have come from the address of a page with any kind.
func (k *kindColumns) kindsOf(cells []string) []*question.Kind {
	cell := func(column int) string {
		if column < 0 {
			return ""
		}
		return match.Clean(cells[column])
	}
	holds := func(id string) bool {
		return id != "" && slices.ContainsFunc(k.own, func(column int) bool { return cell(column) == id })
	}
	if cell(k.status) != string(match.Matched) {
		return nil
	}
	loan, customer := cell(k.loan), cell(k.customer)
	reason := firstReason(cell(k.reasons))
	for _, found := range question.Kinds {
		if found.Agreement != question.BySystemID && says(reason, found) {
			return []*question.Kind{found}
		}
	}
	switch {
	case reason == "+"+question.LoanIDs.Reason && holds(loan):
		return []*question.Kind{question.LoanIDs}
	case reason == "+"+question.LoanIDs.Reason && loan == "" && holds(customer):
		return []*question.Kind{question.CustomerIDs}
	case loan == "" && customer != "" && (k.loan >= 0 || k.archived < 0): // no output of loans
		return slices.DeleteFunc(slices.Clone(question.Kinds), (*question.Kind).OfLoans)
	}
	return nil
}

// says reports whether a reason says that a row was found by a kind of ID.
func says(reason string, k *question.Kind) bool {
	_, isText := strings.CutPrefix(reason, "+"+k.Reason+"(")
	return isText || k.Agreement == question.ByPerson && (reason == "~"+k.Reason || reason == "-"+k.Reason)
}

// firstReason returns what a row was found by, from its reasons.
func firstReason(reasons string) string {
	for _, reason := range answer.ReadReasons(reasons) {
		if reason != answer.CorrectedReason {
			return reason
		}
	}
	return ""
}
