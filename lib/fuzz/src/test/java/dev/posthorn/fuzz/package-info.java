/** Inputs that nobody thought of, for what reads the words of strangers. */
@NullMarked
package dev.posthorn.fuzz;

import org.jspecify.annotations.NullMarked;
