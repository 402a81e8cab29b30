// Package disk writes whole files: a file appears at its final name complete, or not
// at all. It also has temporary files, locks between runs, and what a name leads to.
package disk
