package answer

import (
	"slices"
	"strings"

	"loanmap/pipeline/match"
)

// The codes of a row with nothing to ask.
const (
	CodeEmpty       match.Code = "empty"
	CodePlaceholder match.Code = "placeholder"
	CodeErrorCell   match.Code = "error_cell"
	CodeNoText      match.Code = "no_letter_or_digit"
	CodeTooLong     match.Code = "too_long"
	CodeScientific  match.Code = "scientific"
	CodeNotUTF8     match.Code = "not_utf8"
	CodeDamaged     match.Code = "damaged_in_sheet"
	CodeNoSystemID  match.Code = "no_system_id"
	CodeNoEmail     match.Code = "no_email"
	CodePageTenant  match.Code = "page_of_other_tenant"
	CodePageHost    match.Code = "page_of_other_site"
	CodePageNoID    match.Code = "page_without_id"
	CodePageDiffers match.Code = "page_contradicts_itself"
	CodeNoName      match.Code = "no_name"
	CodeNoChoice    match.Code = "choose_no_system_id" // choose holds no system ID
)

// The codes of a search.
const (
	codeFailed       match.Code = "search_failed"  // LoanPro did not answer
	CodeUnsearchable match.Code = "unsearchable"   // LoanPro's search finds no ID of this shape
	CodeCaseUnknown  match.Code = "case_unknown"   // LoanPro's search may miss the record in other case
	CodeTooManyAlike match.Code = "too_many_alike" // more similar IDs than a search can page through
	CodeTooCommon    match.Code = "too_common"     // more customers of this name than a search can page through
)

// The codes of a row on which a person has decided.
const (
	CodeChosen        match.Code = "chosen_not_found"  // the chosen record does not exist, or is not live
	CodeChosenDiffers match.Code = "chosen_differs"    // nothing in the row fits the chosen record
	CodeDecided       match.Code = "decided_not_found" // the record of an earlier decision is gone
	CodeDecidedNone   match.Code = "decided_none"      // none of the records that a review has shown is right
	CodeStale         match.Code = "decision_stale"    // a decision in a review is about what has changed since
	CodeNotInOutput   match.Code = "not_in_output"     // matched, but its row in the output is not certain
)

// code is one row of the table of codes: why a row is not matched, and what a
// person can do about it. "{what}" in its texts is what the rows hold: an ID, a
// name or an email.
type code struct {
	code          match.Code
	status        match.Status
	message, hint string
}

// codes is the table of codes: every code that a row can have.
var codes = []code{
	{match.CodeDuplicate, match.Ambiguous,
		"more than one record in LoanPro has this {what}",
		"look at the candidates in LoanPro and write the system ID of the right one into choose"},
	{match.CodeCaseTwins, match.Ambiguous,
		"more than one record in LoanPro has this ID in other upper and lower case, but none exactly as it is written here",
		"write it exactly as LoanPro shows it, or write the system ID into choose"},
	{match.CodeCaseOrDeleted, match.Ambiguous,
		"the record with this ID is deleted, and another record has the same ID in other upper and lower case",
		"if the other record is right, write its ID exactly as LoanPro shows it"},
	{match.CodeDeleted, match.NotFound,
		"the only record with this {what} is deleted or temporary",
		"ask LoanPro to restore it, or leave the row out"},
	{match.CodeNotFound, match.NotFound, // a kind of ID has its own words for it
		"nothing in LoanPro has this {what}",
		"check the spelling"},
	{match.CodeRepairable, match.NotFound,
		"nothing in LoanPro has this ID as it is written here; the candidate has the ID that it may have been before a spreadsheet changed it",
		"look at the candidate in LoanPro; if it is the right one, write its ID as LoanPro shows it, or the system ID into choose"},
	{match.CodeNameOnly, match.Ambiguous,
		"one customer has this name, and nothing else in the row confirms the match",
		"look at the candidate; if it is the right one, write its system ID into choose. " +
			"A birth date, SSN last four or email in the sheet would confirm it; --accept-name-only accepts such rows as they are"},
	{match.CodeNamesakes, match.Ambiguous,
		"more than one customer fits",
		"write the system ID of the right one into choose"},
	{match.CodeDuplicateCustomer, match.Ambiguous,
		"LoanPro seems to have this customer twice",
		"write the system ID of the record to use into choose, or have LoanPro's records merged"},
	{match.CodeUnconfirmed, match.Ambiguous,
		"the name fits, but too little else in the row agrees with what LoanPro has",
		"look at the candidates; if one of them is right, write its system ID into choose"},
	{match.CodeContradicted, match.Ambiguous,
		"the name fits, but something else in the row rules the customer out",
		"see what differs; if the sheet is wrong, fix it, or write the system ID into choose"},
	{match.CodeSimilar, match.Ambiguous,
		"no customer has this name, but one has a similar name",
		"look at the candidates; if one of them is right, write its system ID into choose"},
	{match.CodeIDNameConflict, match.Ambiguous,
		"the loan or customer number in the row belongs to another customer than the name",
		"look at both in LoanPro; write the system ID of the right one into choose"},
	{match.CodeJoint, match.Ambiguous,
		"the cell names more than one person",
		"write the system ID of the right one into choose, or give each person a row"},
	{match.CodeOtherCustomer, match.Ambiguous,
		"the page is of a customer and a loan that do not belong together",
		"open the loan in LoanPro and see whose it is"},
	{match.CodeUnknownCustomer, match.Ambiguous,
		"LoanPro does not say whether this customer belongs to the loan",
		"paste the address of the customer's own page instead of the one within the loan"},
	{CodeTooCommon, match.Ambiguous,
		"more customers have this name than a search can page through",
		"write the system ID of the right one into choose"},
	{CodeTooManyAlike, match.Ambiguous,
		"more records in LoanPro have a similar {what} than a search can page through",
		"check that the {what} is complete; if it is, find the record in LoanPro and write its system ID into choose"},
	{CodeUnsearchable, match.Failed,
		"LoanPro's search finds nothing of this shape, so it cannot tell whether this {what} exists",
		"try --verify-missing, which asks LoanPro's database; or find the record in LoanPro and write its system ID into choose"},
	{CodeCaseUnknown, match.Failed,
		"LoanPro's search may distinguish upper and lower case, so it cannot tell whether this {what} exists",
		"find the record in LoanPro and write its system ID into choose; if --batch is below 8, raise it, so that loanmap can test whether case matters"},
	{codeFailed, match.Failed,
		"LoanPro did not answer",
		"run the same command again; nothing is known about this row yet"},
	{CodeChosen, match.NotFound,
		"no live loan or customer has the system ID in choose",
		"check it against the candidates, or clear the cell"},
	{CodeChosenDiffers, match.Ambiguous,
		"nothing in the row fits the system ID in choose",
		"if it is right all the same, write it into choose with an exclamation mark after it, such as 8890!;" +
			" if not, write the system ID of another candidate"},
	{CodeDecided, match.NotFound,
		"a person has decided on a record for this row, but it is deleted or no longer visible",
		"look for another record in LoanPro and write its system ID into choose, or leave the row out"},
	{CodeDecidedNone, match.NotFound,
		"a person has decided that none of the records that were found is the right one",
		"there is nothing to do; if that was a mistake, decide anew in loanmap review"},
	{CodeStale, match.Ambiguous,
		"a person has decided on this row, but LoanPro's records have changed since",
		"look at the candidates once more and decide anew in loanmap review; a system ID in choose counts for this output only"},
	{CodeNotInOutput, match.Ambiguous,
		"the row is matched, but loanmap cannot tell which output row this belongs to",
		"undo changes of " + KeyColumn + " in the report and the output, and of the ID in the output;" +
			" or write the candidate into the output yourself"},
	{CodeNoChoice, match.Invalid,
		"choose holds neither one system ID, which is a whole number, nor the address of a record's page",
		"write the system ID of one of the candidates into choose, or clear the cell"},
	{CodeNoName, match.Invalid, "no customer name in this row", "fill in the name"},
	{CodeEmpty, match.Invalid, "the cell is empty", "fill in the {what}"},
	{CodePlaceholder, match.Invalid, "the cell says that there is no {what}", "fill in the {what}"},
	{CodeErrorCell, match.Invalid, "the cell holds the error of a formula", "fix the formula, or type the {what}"},
	{CodeNoText, match.Invalid, "the cell holds neither a letter nor a digit", "fill in the {what}"},
	{CodeNoSystemID, match.Invalid,
		"the cell does not hold a system ID, which is a whole number",
		"if the column holds display IDs, leave out --by"},
	{CodeNoEmail, match.Invalid,
		"the cell does not hold one email address that can belong to a customer",
		"fill in one address; if the row names a customer, try --by customer"},
	{CodePageTenant, match.Invalid,
		"the address is of a page in another tenant",
		"check which tenant the row belongs to, and LOANPRO_TENANT_ID"},
	{CodePageHost, match.Invalid, "the address is not of a LoanPro page", "paste the address of the page in LoanPro, or the {what}"},
	{CodePageNoID, match.Invalid,
		"the address is not of a page of this kind of record, or does not hold its ID",
		"open the record in LoanPro and paste the address again"},
	{CodePageDiffers, match.Invalid, "the address holds several IDs for one record", "open the record in LoanPro and paste the address again"},
	{CodeTooLong, match.Invalid, "the cell is longer than a display ID can be (50 characters)", "check that this is the right column"},
	{CodeScientific, match.Invalid,
		"the spreadsheet has turned the display ID into a number and lost some of its digits",
		"format the column as text and paste the display IDs again from their source"},
	{CodeDamaged, match.Invalid,
		"the spreadsheet has damaged the {what}",
		"format the column as text and paste the cell again from its source; where the row says damaged_in_sheet, clear that cell then"},
	{CodeNotUTF8, match.Invalid, "the cell is not in UTF-8", `save the file as "CSV UTF-8"`},
}

// codesByName finds a row of the table of codes.
var codesByName = func() map[match.Code]code {
	byName := make(map[match.Code]code, len(codes))
	for _, c := range codes {
		byName[c.code] = c
	}
	return byName
}()

// Advice is what is wrong with a row, and what a person can do about it.
type Advice struct{ Message, Hint string }

// AdviceOn returns the advice of a code. what is what the rows hold.
func AdviceOn(c match.Code, what string) Advice {
	row := codesByName[c]
	return Advice{row.message, row.hint}.about(what)
}

// about puts what the rows hold in its place in an advice.
func (a Advice) about(what string) Advice {
	return Advice{strings.ReplaceAll(a.Message, "{what}", what), strings.ReplaceAll(a.Hint, "{what}", what)}
}

// InvalidCodes lists the codes of rows with nothing to ask, in the order of the
// table of codes.
func InvalidCodes() []match.Code {
	var invalid []match.Code
	for _, c := range codes {
		if c.status == match.Invalid {
			invalid = append(invalid, c.code)
		}
	}
	return invalid
}

// Order returns the place of a code in the table of codes, from 0.
func Order(c match.Code) int {
	return slices.IndexFunc(codes, func(row code) bool { return row.code == c })
}
