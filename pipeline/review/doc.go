// Package review is about a person who decides: the cards, the page that shows them, the
// decisions, and the file that keeps them.
//
// A [Card] is an open question with its candidates. A [Desk] has the cards and takes what is
// decided; a [Server] shows it to a person in a browser, with forms and links, and with a
// script that adds keys. Whatever the page wants goes through [Desk.Decide], which refuses
// what the page did not show: a card that was decided in another window, or a record that is
// not there any more.
//
// The page is for one person: see guard.go for who else is kept out, and how.
//
// # The file of decisions
//
// [Open] opens a file of decisions for the one who decides, and [Read] for a run that
// applies what was decided. A decision is one line of JSON that is appended and synced:
// when, who, which row, which records were shown and which one was chosen. Nothing is
// ever changed in place; [Decisions.Undo] appends a line, too. Each line holds the hash
// of the line before and its own keyed hash, so a line that was edited, inserted or
// removed between others is found ([FileError]). Lines that are cut off at the end of the
// file are not found, except half of a line.
//
// # What the file says of people
//
// Nothing but system IDs. Rows and records are named by keyed hashes: a [Key] of all
// cells that a row asks by, and a fingerprint of what of the chosen record was compared
// with them. Next night's row with the same cells has the same key, and another person's
// row has not.
//
// The key of the hashes is in a file of its own, FILE.key. It is neither derived from the
// API token nor in the file of decisions. A new token, or the token of another user,
// would turn all decisions of the old one into decisions about nothing, but people who
// review and jobs at night have different tokens. And whoever has a file that holds its
// own key, and knows a person's name and address, finds the last four digits of the SSN
// in ten thousand attempts. A file of decisions may outlive the sheets that it is about,
// be copied and be archived: without its key it reveals no cell of any row.
package review
