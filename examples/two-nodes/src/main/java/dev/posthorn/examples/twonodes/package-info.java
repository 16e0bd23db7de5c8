/** Two processes that share the work by one database. */
@NullMarked
package dev.posthorn.examples.twonodes;

import org.jspecify.annotations.NullMarked;
