package pipeline

import (
	"cmp"
	"strconv"

	"loanmap/pipeline/match"
)

// reportColumns are the columns that the error report has beyond the input's
// own. It can be corrected and fed back in.
var reportColumns = []string{"error_row", "error_code", "error_message", "error_hint", "error_candidates"}

// appendReport adds what goes into reportColumns to cells, for a row that starts
// at line of the input.
func (o *outcome) appendReport(cells []string, line int) []string {
	advice, more := advices[o.code()], o.details()
	return append(cells, strconv.Itoa(line), string(o.code()), cmp.Or(more.message, advice.message), advice.hint, ids(more.candidates))
}

// advices says, for each code, what is wrong and what a person can do.
var advices = map[match.Code]struct{ message, hint string }{
	match.CodeDuplicate: {
		"several loans have this display ID",
		"look at the candidates in LoanPro: only a person can say which is meant",
	},
	match.CodeCaseTwins: {
		"several loans have this display ID in other upper and lower case, and none as it is written here",
		"write it exactly as LoanPro shows it",
	},
	match.CodeCaseOrDeleted: {
		"the loan with this display ID is deleted; another one differs from it in upper and lower case alone",
		"if the other one is meant, write its display ID exactly as LoanPro shows it",
	},
	match.CodeDeleted: {
		"the only one with this ID is deleted or temporary",
		"ask LoanPro to restore it, or leave the row out",
	},
	match.CodeNotFound: {
		"nothing in LoanPro has this ID",
		"check for typing errors and lost leading zeros; it may also be hidden by the role or search restrictions" +
			" of the token's user, be a line of credit and not a loan, or be too new for LoanPro's search",
	},
	match.CodeRepairable: {
		"nothing in LoanPro has this ID as it is written here, but as it may have been before a spreadsheet changed it",
		"look at the candidate in LoanPro; if it is meant, write its display ID as LoanPro shows it",
	},
	match.CodeOtherCustomer: {
		"the page is of a customer and a loan that do not belong together",
		"open the loan in LoanPro and see whose it is",
	},
	match.CodeUnknownCustomer: {
		"LoanPro does not say whether this customer is one of the loan's",
		"paste the address of the customer's own page, outside of a loan",
	},
	codeEmpty:       {"the cell is empty", "fill in the ID"},
	codePlaceholder: {"the cell says that there is no ID", "fill in the ID"},
	codeErrorCell:   {"the cell holds the error of a formula", "mend the formula, or type the ID"},
	codeNoText:      {"the cell holds neither a letter nor a digit", "fill in the ID"},
	codeNoSystemID: {
		"the cell does not hold a system ID, which is a whole number",
		"if the column holds display IDs, leave out --by",
	},
	codePageTenant: {
		"the address is of a page of another tenant",
		"check which tenant the row is of, or LOANPRO_TENANT_ID",
	},
	codePageHost: {"the address is not of a page of LoanPro's", "paste the address of the page in LoanPro, or the ID"},
	codePageNoID: {
		"the address is not of a page of what is looked for, or does not hold its ID",
		"open the record in LoanPro and paste the address again",
	},
	codePageDiffers: {"the address holds several IDs for one thing", "open the record in LoanPro and paste the address again"},
	codeTooLong:     {"the cell is longer than a display ID can be (50 characters)", "check that the right column was taken"},
	codeScientific: {
		"the spreadsheet has turned the display ID into a number and lost digits of it",
		"format the column as text and paste the display IDs again from their source",
	},
	codeDamaged: {
		"the spreadsheet has damaged the ID",
		"format the column as text and paste the ID again from its source; where the row says damaged_in_sheet, empty that cell then",
	},
	codeNotUTF8: {"the cell is not in UTF-8", `save the file as "CSV UTF-8"`},
	codeFailed:  {"LoanPro did not answer", "run again: nothing is known of this row yet"},
}
