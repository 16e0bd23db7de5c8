/**
 * Keeps webhooks, events and deliveries in a relational database that the application has anyway.
 */
@NullMarked
package dev.posthorn.jdbc;

import org.jspecify.annotations.NullMarked;
