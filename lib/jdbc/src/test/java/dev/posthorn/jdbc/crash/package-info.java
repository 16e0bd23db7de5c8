/** Processes and databases are killed and paused, and nothing that was accepted may be lost. */
@NullMarked
package dev.posthorn.jdbc.crash;

import org.jspecify.annotations.NullMarked;
