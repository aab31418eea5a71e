// Package sensitivity plans runs of the same cells on machines whose costs are off: every cost of a machine file that no
// source gives, halved and doubled, each section of the file as a whole and each figure alone.
//
// A varied machine is an ordinary machine under a name that says what differs (record.Varied), so that its results are
// ordinary results: they can be resumed, compared and read by benchstat. Package report finds in them which verdicts change.
package sensitivity
