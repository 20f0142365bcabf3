"""One page for one theme and one place: everything joined around my town."""
