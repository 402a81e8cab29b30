package main

import (
	"fmt"
	"os"
	"strconv"

	"loanmap/pipeline/question"
)

// shardFlags say which share of the rows a run resolves.
type shardFlags struct {
	Shard  question.Shard `xor:"shard" placeholder:"I/N" help:"Resolve only the I-th of N shares of the rows, and write it as OUTPUT.I-of-N.part, for loanmap merge (loanmap help cluster)."`
	Shards int            `xor:"shard" placeholder:"N" min:"1" max:"10000" help:"Likewise: the share is the number in JOB_COMPLETION_INDEX, from 0, as Kubernetes sets it for an Indexed Job."`
}

// indexVariable is where Kubernetes says which pod of an Indexed Job this is, from 0
// (Kubernetes docs, Indexed Job).
const indexVariable = "JOB_COMPLETION_INDEX"

// shard returns which shard of the job the flags choose; the zero value: all of it.
func (c *shardFlags) shard() (question.Shard, error) {
	if c.Shards == 0 {
		return c.Shard, nil
	}
	index, set := os.LookupEnv(indexVariable)
	n, err := strconv.Atoi(index)
	switch {
	case !set:
		return question.Shard{}, question.Usage("--shards needs "+indexVariable+", which is not set", "give --shard 1/"+strconv.Itoa(c.Shards)+" and so on where no Indexed Job sets it")
	case err != nil || n < 0 || n >= c.Shards:
		return question.Shard{}, question.Usage(
			fmt.Sprintf("%s is %q, but --shards %d takes 0 to %d", indexVariable, index, c.Shards, c.Shards-1), "give --shards the completions of the job")
	}
	return question.Shard{Number: n + 1, Of: c.Shards}, nil
}

// exitFlags say how a run that leaves rows for a person ends.
type exitFlags struct {
	ReviewExitCode int `enum:"0,3" default:"3" placeholder:"CODE" help:"In place of 3, end with 0 if rows need review or something changed: for machines that take any other code for a failure."`
}

// apply returns the exit code of a run that has finished.
func (c *exitFlags) apply(code int) int {
	if code == exitUnmatched {
		return c.ReviewExitCode
	}
	return code
}
