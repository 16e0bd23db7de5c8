/** The engine: lanes and permits, claims, attempts, what follows from them, and recording it. */
@NullMarked
package dev.posthorn.dispatch;

import org.jspecify.annotations.NullMarked;
