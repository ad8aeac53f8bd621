package metasim

// PageKind is the kind of channel that a simulated page is connected as.
const PageKind = "facebook"
