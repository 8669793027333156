//! View models to bytes.
