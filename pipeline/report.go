package pipeline

import (
	"strconv"

	"loanmap/pipeline/match"
)

// reportColumns are the columns that the error report has beyond the input's
// own. It can be corrected and fed back in.
var reportColumns = []string{"error_row", "error_code", "error_message", "error_hint", "error_candidates"}

// reportCells returns what goes into reportColumns for a row that starts at
// line of the input.
func (o *outcome) reportCells(line int) []string {
	advice := advices[o.code]
	message := advice.message
	if o.message != "" {
		message = o.message
	}
	return []string{strconv.Itoa(line), string(o.code), message, advice.hint, ids(o.candidates)}
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
		"the only loan with this display ID is deleted or temporary",
		"ask LoanPro to restore it, or leave the row out",
	},
	match.CodeNotFound: {
		"no loan has this display ID",
		"check for typing errors and lost leading zeros; it may also be hidden by the role or search restrictions" +
			" of the token's user, be a line of credit and not a loan, or be too new for LoanPro's search",
	},
	codeEmpty:       {"the cell is empty", "fill in the display ID"},
	codePlaceholder: {"the cell says that there is no display ID", "fill in the display ID"},
	codeErrorCell:   {"the cell holds the error of a formula", "mend the formula, or type the display ID"},
	codeNoText:      {"the cell holds neither a letter nor a digit", "fill in the display ID"},
	codeTooLong:     {"the cell is longer than a display ID can be (50 characters)", "check that the right column was taken"},
	codeScientific: {
		"the spreadsheet has turned the display ID into a number and lost digits of it",
		"format the column as text and paste the display IDs again from their source",
	},
	codeNotUTF8: {"the cell is not in UTF-8", `save the file as "CSV UTF-8"`},
	codeFailed:  {"LoanPro did not answer", "run again: nothing is known of this row yet"},
}
