// Package journal keeps the answers that a run has received in a file next to its
// output, so that a killed run can resume. It is a write-ahead log: records are only
// appended, and replayed once, in order.
//
// # The way through it
//
//   - [Open] resumes the journal at [Options].Path, or creates one. [Found] says what an
//     earlier run left in it.
//   - [Journal.Replay] replays those records: each [Record] is the number of a question
//     and the answer to it. The meaning of both is the caller's.
//   - [Journal.Add] appends a record. Records are committed in groups, one fsync each
//     (group commit): when a group is full, on [Journal.Flush] and on [Journal.Close].
//   - [Journal.Remove] deletes the file once the output is committed.
//   - A journal that cannot be resumed is left as it is, and Open returns a [*StateError].
//     [Fresh] replaces it, [Resumable] asks beforehand, and [Label] names it, so that it
//     can be put aside.
//
// The caller holds the lock of the output (disk.AcquireLock): a journal is open once.
//
// # What it promises
//
//   - A kill or a power cut costs at most the records of one group (256, or those of
//     1 MiB). What Flush has returned for is on disk.
//   - Replay never yields a record that was not added. A torn tail, which is what a kill
//     leaves of a group, and whatever follows damage, is cut off when the journal is
//     resumed; the records before it are replayed.
//   - After an error of the disk nothing more is written, and every Add returns that
//     error. An fsync that failed is not tried again: the system may have dropped what it
//     could not write, and the next fsync would succeed without it.
//   - Each group is sealed with AES-256-GCM, under a key derived from [Options].Secret.
//     Without the secret the file shows when it was created, whose it is, the sizes of its groups, and
//     nothing of their content. Of the run it shows the Owner alone: the [Identity] is
//     authenticated with each group, but not stored.
//
// # Why not a database
//
// A log that is replayed once needs no index. It costs about 1 µs for each answer,
// fsync included; an embedded database costs about 20. Only the standard library is
// used here, for the seal crypto/hkdf and crypto/cipher.
package journal
