// Package directory keeps all loans or all customers of a tenant in memory, once a scan
// has read them, and finds those that a row may mean.
//
// A search finds only who shares a word that may be sent. Here all of a person's
// evidence selects candidates, also the birth date and the last digits of the social
// security number: nothing leaves the process, and nothing is written to a file. What a
// search would find is found, too, so the verdict on candidates is the same function of
// evidence; only who is a candidate differs.
//
// A record takes about 250 bytes and the text of its fields: records are packed into
// long texts, one for each page read, and unpacked when they are candidates. Indexes are
// sorted lists of numbers, with no map but that of the distinct words of names.
package directory
