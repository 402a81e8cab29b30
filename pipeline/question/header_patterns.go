package question

// displayIDHeaders are those of display IDs. LoanPro's words come first, and then those of
// lenders who call a loan a contract or a note.
var displayIDHeaders = patterns(
	`(?:loanpro )?(?:{loan} )?display (?:{loan} )?(?:id|number)|(?:loanpro )?{loan} number`,
	`{contract} number|(?:customer|borrower|client|member) (?:{loan}|{contract}) number`,
)

// loanIDHeaders and customerIDHeaders are those of system IDs.
var (
	loanIDHeaders     = patterns(`(?:{loan} )?(?:system|loanpro|loanpro system) (?:{loan} )?id|loan id`)
	customerIDHeaders = patterns(`(?:customer|borrower) (?:system|loanpro) id|(?:(?:system|loanpro|loanpro system) )?(?:customer|borrower) id`)
)

// vagueHeaders are those of columns that may hold IDs of a kind, or system IDs of the
// same records.
var vagueHeaders = map[*Kind]headerPatterns{
	DisplayIDs: append(
		patterns(`id|loan|account|contract|loan account|account loan|(?:loanpro )?(?:{loan}|{contract}) (?:number )?id(?: number)?|loanpro id`),
		anywhere(`\b(?:{loan}|contract) (?:number|id|ref|reference|key|code)\b|\b(?:note|file) number\b`),
	),
	CustomIDs: patterns(`(?:(?:customer|borrower|client|member) )?id|(?:customer|borrower|client|member) id number`),
}

// customIDHeaders are those of a lender's own customer numbers and of no other IDs.
var customIDHeaders = patterns(
	`{their}(?:custom|import) (?:{customer} )?(?:id|number)|{customer} external id|external {customer} id|(?:{customer}|member) number`,
)

// likelyCustomIDHeaders hold custom IDs if the user says so: LoanPro's own word is
// customer, so an ID of a borrower or member is the lender's.
var likelyCustomIDHeaders = patterns(`(?:borrower|client|member) id`)

// nameHeaders are those of whole names.
var nameHeaders = patterns(
	`name|full name|{customer}(?: full)?(?: name)?|member(?: full)? name|name on (?:loan|account|contract)`,
	`(?:loan|account) holder(?: name)?|(?:(?:{customer}|member) )?(?:full )?name (?:last first|first last)(?: middle| mi)?|last(?: name)? first(?: name)?(?: middle| mi)?|first last`,
)

// evidenceHeaders are those of columns of each kind of evidence. The columns of a
// co-borrower are not among them: the row is about one person.
var evidenceHeaders = map[Evidence]headerPatterns{
	firstName:  patterns(`{their}first(?: name)?`),
	middleName: patterns(`{their}(?:middle(?: name| initial)?|mi)`),
	lastName:   patterns(`{their}last(?: name)?`),
	nameSuffix: patterns(`{their}(?:name )?suffix|generation(?: code)?`),
	company:    patterns(`{their}(?:company|entity name|company (?:entity )?name)`),
	email:      patterns(`{their}(?:(?:home|work|contact|private|company|primary) )?email(?: address)?(?: [1-9])?|mail`),
	phone: patterns(
		`{their}(?:(?:home|work|cell|day|evening|private|company|contact|primary) )?phone(?: number)?(?: [1-9])?|{their}cell(?: number)?(?: [1-9])?`,
	),
	birthDate: patterns(`{their}birth date`),
	ssn: patterns(
		`{their}(?:ssn(?: number)?(?: last)?(?: 4)?|last 4(?: ssn| social(?: secure)?(?: number)?)?|social (?:secure|number|secure number)|tax id(?: number)?|tin|ssn tin|ssn tax id)`,
	),
	zip:        patterns(`{their}(?:(?:home|mailing|address) )?(?:zip|post code|zip code|zip post code|zip 5|zip code 5)`),
	customID:   customIDHeaders,
	loanNumber: displayIDHeaders,
}
