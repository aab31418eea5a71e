// Package weblog reads the access logs of web servers: common and combined format, both with a virtual host in front,
// JSON as nginx and Caddy write it, and the W3C extended format of IIS and CloudFront.
//
// Open detects the format from the first lines, or takes the one that the user names. Reader.Next then returns one
// request after another. A line that is no log line is counted in Reader.Rejects, and reading goes on.
//
// The files: weblog.go (the list of formats), then one file a format: clf.go, json.go, w3c.go.
package weblog
