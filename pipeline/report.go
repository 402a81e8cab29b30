package pipeline

import (
	"cmp"
	"strconv"

	"loanmap/pipeline/match"
)

// reportColumns are the columns that the error report has beyond the input's
// own. It can be corrected and fed back in. In the last one, which is left empty,
// a person writes the system ID of the record that is meant.
var reportColumns = []string{"error_row", codeColumn, "error_message", "error_hint", candidatesColumn, keyColumnName, chooseColumn}

const (
	codeColumn       = "error_code"
	candidatesColumn = "error_candidates"
	chooseColumn     = "choose"
)

// appendReport adds what goes into reportColumns to cells.
func (row *entry) appendReport(cells []string, people bool) []string {
	o := row.outcome
	advice, more := advices[o.code()], o.details()
	if people && o.code() == match.CodeNotFound {
		advice = nobody
	}
	if reasons := o.verdict().reasons; people && reasons != "" {
		advice.message += " (" + reasons + ")"
	}
	return append(cells, strconv.Itoa(row.Line), string(o.code()), cmp.Or(more.message, advice.message), advice.hint, proposals(more.candidates),
		row.key.String(), "")
}

// advice is what is wrong and what a person can do.
type advice struct{ message, hint string }

// nobody is the advice on a person who is not found.
var nobody = advice{
	"nobody in LoanPro has this name, or one like it, or this email, phone or number",
	"check the spelling; they may have another name in LoanPro, be hidden by the role or search restrictions of the token's user," +
		" or be too new for LoanPro's search",
}

// advices says, for each code, what is wrong and what a person can do.
var advices = map[match.Code]advice{
	match.CodeDuplicate: {
		"several in LoanPro have this ID",
		"look at the candidates in LoanPro and write the system ID of the one that is meant into choose",
	},
	match.CodeCaseTwins: {
		"several in LoanPro have this ID in other upper and lower case, and none as it is written here",
		"write it exactly as LoanPro shows it, or the system ID into choose",
	},
	match.CodeCaseOrDeleted: {
		"the one with this ID is deleted; another one differs from it in upper and lower case alone",
		"if the other one is meant, write its ID exactly as LoanPro shows it",
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
		"look at the candidate in LoanPro; if it is meant, write its ID as LoanPro shows it, or the system ID into choose",
	},
	match.CodeNameOnly: {
		"one customer has this name, and nothing else tells whether it is the one who is meant",
		"look at the candidate; if it is the one, write its system ID into choose. " +
			"A birth date, SSN last four or email in the sheet would settle it; --accept-name-only takes such rows as they are",
	},
	match.CodeNamesakes: {
		"several customers fit",
		"write the system ID of the one who is meant into choose",
	},
	match.CodeDuplicateCustomer: {
		"LoanPro seems to have this customer twice",
		"write the system ID of the record that is to be used into choose, or have LoanPro's records merged",
	},
	match.CodeUnconfirmed: {
		"the name fits, but nothing else in the row agrees enough with what LoanPro has",
		"look at the candidates; if it is one of them, write its system ID into choose",
	},
	match.CodeContradicted: {
		"the name fits, but something else in the row rules the customer out",
		"see what contradicts (-); if it is an error of the sheet's, mend it, or write the system ID into choose",
	},
	match.CodeSimilar: {
		"nobody has this name, but somebody has one like it",
		"look at the candidates; if it is one of them, write its system ID into choose",
	},
	match.CodeIDNameConflict: {
		"the loan or customer number in the row is of another customer than the name",
		"look at both in LoanPro; write the system ID of the one who is meant into choose",
	},
	match.CodeJoint: {
		"the cell names more than one person",
		"write the system ID of the one who is meant into choose, or give each a row",
	},
	codeTooCommon: {
		"more customers have this name than LoanPro lets a search read",
		"write the system ID of the one who is meant into choose",
	},
	codeTooManyAlike: {
		"more records in LoanPro resemble this ID than its search lets be read",
		"check that it is a whole ID; if it is, find it in LoanPro and write its system ID into choose",
	},
	codeUnsearchable: {
		"LoanPro's search finds no ID of this shape, so it cannot tell whether this one exists",
		"try --verify-missing, which asks LoanPro's database; or find it in LoanPro and write its system ID into choose",
	},
	codeChosen: {
		"the system ID in choose is not of a live loan or customer",
		"check it against the candidates, or empty the cell",
	},
	codeDecided: {
		"the record that a person has chosen for this row, or found by correcting it, is deleted or no longer visible",
		"look for another record in LoanPro and write its system ID into choose, or leave the row out",
	},
	codeChosenDiffers: {
		"nothing in the row fits the system ID in choose",
		"if it is the right one all the same, write its system ID with an exclamation mark after it into choose;" +
			" if not, that of another candidate",
	},
	codeNoChoice: {
		"choose does not hold what it takes: one system ID, which is a whole number, alone or with its score, or the address of the record's page",
		"write the system ID of one of the candidates into choose, or empty the cell",
	},
	codeNoName: {"the row names nobody", "fill in the name"},
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
	codeNotInOutput: {
		"the row is matched, but which row of the output it is cannot be told",
		"leave " + keyColumnName + " as it is, in the report and in the output, and the ID in the output;" +
			" or write the candidate into the output yourself",
	},
	codeFailed: {"LoanPro did not answer", "run again: nothing is known of this row yet"},
}
