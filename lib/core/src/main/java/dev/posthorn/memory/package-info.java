/** The store that keeps everything in memory: quick, bounded, and gone with the process. */
@NullMarked
package dev.posthorn.memory;

import org.jspecify.annotations.NullMarked;
