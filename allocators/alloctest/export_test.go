package alloctest

// Guard is guard, for a test whose designs are not of this package.
var Guard = guard
