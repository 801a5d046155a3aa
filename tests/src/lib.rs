//! What stories need beside a database: the program itself as a process of its own, and a small client to speak to it.
