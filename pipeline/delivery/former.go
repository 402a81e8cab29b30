package delivery

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Former is what an output says of the run that has written it. What the output does not
// say is zero.
type Former struct {
	input, output string
	kind          *question.Kind // by which its rows were asked for
	certain       bool           // by the run's summary or by reasons that no other kind has
	loans, known  bool           // it is an output of loans; known: or certainly not
	Column        string         // the name of the column that asks
	Page          string         // the template of the addresses in it
	NoPage        bool           // it has a column of addresses, and no template is certain
	accounts      []*Account     // of its run and of those that have filled it in
}

// formerRows is how many rows of an output are read to find out how it was made.
const formerRows = 20_000

// ReadFormer reads what the output that is filled in says of its run. It returns nil where
// that cannot be read as an output: filling it in says why.
func (q *Request) ReadFormer() *Former {
	reader, err := sheet.Open(q.Into.Output, sheet.Options{
		Sheet: q.Into.Sheet, KnownHeaders: []string{answer.StatusColumn, question.FallbackPrefix + answer.StatusColumn, q.Prefix + answer.StatusColumn},
	})
	if err != nil {
		return nil
	}
	defer reader.Close()
	r := newFormerReading(reader.Header())
	if r == nil {
		return nil
	}
	for row, err := range reader.Rows() {
		if err != nil || r.rows == formerRows {
			break
		}
		r.take(row.Cells)
	}
	f := &Former{input: q.Input, output: q.Into.Output, loans: r.loan >= 0, known: true, accounts: r.accounts(q.Into.Output)}
	f.kind, f.certain = r.kind(f.accounts, f.loans)
	f.Column = r.column()
	f.Page = r.pages.template()
	f.NoPage = r.page >= 0 && f.Page == ""
	return f
}

// Settle returns by which kind of ID the rows of the report are asked for. It returns a
// *question.UsageError if by, a value of question.Flags, is another one than that of the
// output.
func (f *Former) Settle(by string) (string, error) {
	kind := question.KindOf(by)
	switch {
	case f == nil:
		return by, nil
	case by == "" && f.kind != nil:
		return f.kind.Flag, nil
	case kind == nil:
		return by, nil
	case f.certain && f.kind != kind:
		return "", f.refuse("--by "+by, "--by "+f.kind.Flag)
	case f.known && f.loans != kind.OfLoans():
		var flags []string
		for _, other := range question.Kinds {
			if other.OfLoans() == f.loans {
				flags = append(flags, other.Flag)
			}
		}
		return "", f.refuse("--by "+by, "--by "+strings.Join(flags, " or --by "))
	}
	return by, nil
}

// CheckColumn returns a *question.UsageError if the rows are asked by another column of
// the report than those of the output.
func (f *Former) CheckColumn(header []string, c *question.Columns) error {
	if f == nil || f.Column == "" || c.KeyName == f.Column || !slices.Contains(header, f.Column) {
		return nil
	}
	return f.refuse(fmt.Sprintf("column %q", c.KeyName), fmt.Sprintf("--by %s --column %q", c.Kind.Flag, f.Column))
}

// CheckTenant returns a *question.UsageError if the output is of another tenant than the
// one that is asked, by the summaries of its runs.
func (f *Former) CheckTenant(host, tenant string) error {
	if f == nil || tenant == "" { // a dry run
		return nil
	}
	for _, is := range f.accounts {
		if is.LoanPro.Tenant != "" && !is.asked(host, tenant) {
			return question.Usage(
				fmt.Sprintf("%s is of tenant %s at %s, but this run asks tenant %s at %s", f.output, is.LoanPro.Tenant, Hostname(is.LoanPro.Host), tenant, host),
				"check LOANPRO_TENANT_ID and LOANPRO_BASE_URL",
			)
		}
	}
	return nil
}

func (f *Former) refuse(given, right string) error {
	return question.Usage(
		fmt.Sprintf("%s was not made with %s", f.output, given),
		fmt.Sprintf("loanmap resolve %s --into %s %s", f.input, f.output, right),
	)
}

// formerReading gathers what the rows of an output say of their run.
type formerReading struct {
	rows                               int
	loan, customer, reasons, key, page int                    // columns; -1: none
	kinds                              map[*question.Kind]int // by reasons
	runs                               map[string]bool        // by keys
	asking                             []int                  // own columns that every key fits
	header                             []string
	pages                              pageReading
}

// newFormerReading returns nil if header is not that of one output.
func newFormerReading(header []string) *formerReading {
	prefixes := question.OutputPrefixes(header)
	if len(prefixes) != 1 {
		return nil
	}
	prefix := prefixes[0]
	block, ours := question.OutputBlock(header, prefix), question.OutputNames(header, prefix)
	column := func(name string) int {
		if !slices.Contains(ours, name) {
			return -1
		}
		return slices.Index(header, prefix+name)
	}
	r := &formerReading{
		loan: column(answer.LoanColumn), customer: column(answer.CustomerColumn), reasons: column(answer.ReasonsColumn),
		key: column(answer.KeyColumn), page: column(answer.PageColumn),
		kinds: map[*question.Kind]int{}, runs: map[string]bool{}, header: header, pages: pageReading{},
	}
	if column(answer.ArchivedColumn) < 0 { // an earlier version's output of customers has loan IDs, all empty
		r.loan = -1
	}
	for i := range header {
		if !slices.Contains(block, i) {
			r.asking = append(r.asking, i)
		}
	}
	return r
}

func (r *formerReading) take(cells []string) {
	r.rows++
	for _, reason := range answer.ReadReasons(cells[r.reasons]) {
		if kind := kindOfReason(reason, r.loan >= 0); kind != nil {
			r.kinds[kind]++
		}
	}
	if r.key >= 0 {
		if k := readRowKey(cells[r.key]); k != (rowKey{}) {
			r.runs[k.run] = true
			r.asking = slices.DeleteFunc(r.asking, func(column int) bool { return !k.holds(askedBy(cells[column])) })
		}
	}
	if r.page >= 0 && cells[r.page] != "" {
		id := func(column int) string {
			if column < 0 {
				return ""
			}
			return match.Clean(cells[column])
		}
		r.pages.take(match.Clean(cells[r.page]), id(r.loan), id(r.customer))
	}
}

// kindOfReason returns the kind of ID whose rows have a reason; nil: several have it.
func kindOfReason(reason string, loans bool) *question.Kind {
	for _, kind := range question.Kinds {
		bySystem := kind.Agreement == question.BySystemID && kind.OfLoans() == loans && strings.TrimLeft(reason, "+~-") == kind.Reason
		if bySystem || says(reason, kind) {
			return kind
		}
	}
	return nil
}

// kind returns the kind of ID of the run, by its summary or else by the reasons of its
// rows. A cell with the address of a page is asked for by its system ID in runs of every
// kind.
func (r *formerReading) kind(accounts []*Account, loans bool) (_ *question.Kind, certain bool) {
	if kind := kindIn(accounts); kind != nil && kind.OfLoans() == loans {
		return kind, true
	}
	var kinds, bySystem []*question.Kind
	for kind := range r.kinds {
		switch {
		case kind.OfLoans() != loans:
		case kind.Agreement == question.BySystemID:
			bySystem = append(bySystem, kind)
		default:
			kinds = append(kinds, kind)
		}
	}
	switch {
	case len(kinds) == 1:
		return kinds[0], true
	case len(kinds) == 0 && len(bySystem) == 1:
		return bySystem[0], false
	}
	return nil, false
}

// accounts returns the summaries in the folder that are of the runs of the output.
func (r *formerReading) accounts(path string) (found []*Account) {
	digest, _ := InputDigest(path)
	for is := range accountsIn(filepath.Dir(path)) {
		if r.runs[cmp.Or(is.Run, "-")] || digest != "" && is.OutputSHA256 == digest {
			found = append(found, is)
		}
	}
	return found
}

// kindIn returns the kind that summaries give their runs; nil: none, or several.
func kindIn(accounts []*Account) *question.Kind {
	var found *question.Kind
	for _, is := range accounts {
		at := slices.IndexFunc(question.Kinds, func(k *question.Kind) bool { return k.One == is.By })
		if at < 0 || found != nil && found != question.Kinds[at] {
			return nil
		}
		found = question.Kinds[at]
	}
	return found
}

// column returns the name of the only column that fits every key; empty: there is no key,
// or several columns fit.
func (r *formerReading) column() string {
	if len(r.runs) == 0 || len(r.asking) != 1 {
		return ""
	}
	name := r.header[r.asking[0]]
	if slices.Index(r.header, name) != r.asking[0] || slices.Contains(r.header[r.asking[0]+1:], name) {
		return ""
	}
	return name
}

// pageReading counts the templates that addresses of pages may have been made of.
type pageReading map[string]*pageTemplate

type pageTemplate struct {
	places int // of IDs in it
	rows   int // with different addresses that it makes
	last   string
}

// take takes the address of a page and the IDs in its row.
func (p pageReading) take(page, loan, customer string) {
	template, places := templateOf(page, loan, customer)
	if p[template] == nil {
		p[template] = &pageTemplate{places: places}
	}
	if at := p[template]; at.last != page {
		at.rows++
		at.last = page
	}
}

// template returns the template of all addresses; empty: there is none, or it is not
// certain which numbers in it are IDs.
func (p pageReading) template() string {
	if len(p) != 1 {
		return ""
	}
	for template, at := range p {
		if at.places == 1 || at.places > 1 && at.rows > 1 {
			return template
		}
	}
	return ""
}

// templateOf puts places for IDs into an address that holds them, and counts them. Where
// both IDs are the same it puts none.
func templateOf(page, loan, customer string) (template string, places int) {
	var text strings.Builder
	for rest := page; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		other := max(1, strings.IndexAny(rest+"0", "0123456789"))
		switch number := rest[:digits]; {
		case digits == 0:
			text.WriteString(rest[:other])
			digits = other
		case number == loan && number != customer:
			text.WriteString("{" + answer.LoanColumn + "}")
			places++
		case number == customer && number != loan:
			text.WriteString("{" + answer.CustomerColumn + "}")
			places++
		default:
			text.WriteString(number)
		}
		rest = rest[digits:]
	}
	return text.String(), places
}
