// Package explore searches over schedules: which CPU, IPI or interrupt acts at each point of a run. It is the third engine:
// the virtual one (package smp) with another chooser in the clock's place. It knows nothing of what runs.
//
// A run is made again and again, each time on a fresh machine, by a Program under a Search:
//
//	for search.Begin() { failed := program(search); … }
//
// At a point where several actors could go on, choice 0 is what happens by itself: IPIs that have arrived, then the thread
// that is running, then the least clock. A schedule is the short list of the points where something else was chosen:
// "17:1,40:2" prints, parses, replays and shrinks.
//
// The rooms: schedule.go (the list), run.go (what all searches share: points, recording, the bound against livelock);
// the searches, one file each: bounded.go (every schedule up to a number of preemptions), random.go, pct.go, replay.go;
// shrink.go (fewer deviations for the same failure). Nothing here may be called from two goroutines at once; two searches
// are independent.
package schedule
