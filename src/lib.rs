//! rolebook compiles a community's governance into a handbook that its leads can work from.
//!
//! Data flows one way, through the modules in this order; each imports only what stands before it:
//! [`email`] finds email addresses, [`site_path`] says what can be a path within the site, [`parse`] reads text, [`expression`] evaluates conditions, [`facts`] is what a community is,
//! [`formats`] reads it out of data, [`config`] is `site.toml`, [`schema`] describes all files to editors, [`source`] brings in files, [`model`] says what all files say together, [`strings`] holds the texts of the theme, [`link`] resolves references, [`trace`] ties
//! obligations to roles and checklists, [`rules`] decides which are met, [`check`] finds what
//! is wrong, [`html`] turns Markdown into HTML, [`svg`] draws pictures, [`pages`] says what each page shows, [`render`] makes
//! bytes of it, [`cache`] keeps results for later runs, [`search`] makes pages findable, [`output`] writes them. [`engine`] holds the database that all queries live in; [`serve`]
//! shows its pages as they are edited, [`external`] asks for addresses outside the site, and [`publish`]
//! pushes what was built.

pub mod email;

pub mod diagnostic;

pub mod site_path;

pub mod url;

pub mod parse;

pub mod expression;

pub mod facts;

pub mod formats;

pub mod config;

pub mod schema;

pub mod source;

pub mod model;

pub mod strings;

pub mod link;

pub mod trace;

pub mod rules;

pub mod check;

pub mod patch;

pub mod html;

pub mod svg;

pub mod pages;

pub mod render;

pub mod cache;

pub mod search;

pub mod output;

pub mod engine;

pub mod external;

pub mod serve;

pub mod publish;

pub mod commands;
