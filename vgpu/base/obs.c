// SPDX-License-Identifier: MIT
/* Counters, driver mistakes and the trace. */
#include "base/obs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static const char *const counter_names[VG_CNT_MAX] = {
#define X(sym, name) [VG_CNT_##sym] = (name),
	VG_COUNTERS(X)
#undef X
};

static const char *const mistake_names[VG_ERR_MAX] = {
#define X(sym, name) [VG_ERR_##sym] = (name),
	VG_MISTAKES(X)
#undef X
};

/** vg_mistake() - name and count one driver mistake; printf format */
void vg_mistake(struct vg_obs *o, enum vg_mistake m, const char *fmt, ...)
{
	char text[120];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	o->mistakes[m]++;
	snprintf(o->last_mistake, sizeof(o->last_mistake), "%s: %s", mistake_names[m], text);
	if (o->log >= 1)
		fprintf(stderr, "vgpu%d: mistake: %s\n", o->pid, o->last_mistake);
}

/** vg_log() - print to stderr when @o->log >= @level */
void vg_log(struct vg_obs *o, int level, const char *fmt, ...)
{
	va_list ap;

	if (o->log < level)
		return;
	fprintf(stderr, "vgpu%d: ", o->pid);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/** vg_trace_open() - start a trace file; 0 or -errno */
int vg_trace_open(struct vg_obs *o, const char *path)
{
	FILE *f;

	if (o->trace)
		return -EBUSY;
	f = fopen(path, "w");
	if (!f)
		return -errno;
	fputs("[\n", f);
	o->trace = f;
	o->trace_any = false;
	return 0;
}

/** vg_trace_close() - end the JSON array and close */
void vg_trace_close(struct vg_obs *o)
{
	if (!o->trace)
		return;
	fputs("\n]\n", o->trace);
	fclose(o->trace);
	o->trace = NULL;
}

/* Times are microseconds in this format; the fraction keeps the nanoseconds */
static void trace_us(struct vg_obs *o, const char *key, uint64_t ns)
{
	fprintf(o->trace, ",\"%s\":%" PRIu64 ".%03u", key, ns / 1000, (unsigned int)(ns % 1000));
}

static void trace_begin(struct vg_obs *o, const char *ph, int tid, const char *name)
{
	if (o->trace_any)
		fputs(",\n", o->trace);
	o->trace_any = true;
	fprintf(o->trace, "{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\"", ph, o->pid, tid,
		name);
}

static void trace_end(struct vg_obs *o, const char *args)
{
	if (args)
		fprintf(o->trace, ",\"args\":{%s}", args);
	fputc('}', o->trace);
}

/** vg_trace_track() - name a time line (thread id @tid in the trace) */
void vg_trace_track(struct vg_obs *o, int tid, const char *name)
{
	char args[96];

	if (!o->trace)
		return;
	snprintf(args, sizeof(args), "\"name\":\"%s\"", name);
	trace_begin(o, "M", tid, "thread_name");
	trace_end(o, args);
}

/** vg_trace_span() - something lasted from @start_ns to now; @args is JSON members or NULL */
void vg_trace_span(struct vg_obs *o, int tid, const char *name, uint64_t start_ns, const char *args)
{
	if (!o->trace)
		return;
	trace_begin(o, "X", tid, name);
	trace_us(o, "ts", start_ns);
	trace_us(o, "dur", o->now_ns > start_ns ? o->now_ns - start_ns : 0);
	trace_end(o, args);
}

/** vg_trace_instant() - something happened now */
void vg_trace_instant(struct vg_obs *o, int tid, const char *name, const char *args)
{
	if (!o->trace)
		return;
	trace_begin(o, "i", tid, name);
	trace_us(o, "ts", o->now_ns);
	fputs(",\"s\":\"t\"", o->trace);
	trace_end(o, args);
}

/* snprintf() to the end of a buffer; false when it does not fit */
static bool append(char *buf, size_t size, size_t *pos, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static bool append(char *buf, size_t size, size_t *pos, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf + *pos, size - *pos, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= size - *pos)
		return false;
	*pos += n;
	return true;
}

static bool append_table(char *buf, size_t size, size_t *pos, const char *title,
			 const char *const *names, const uint64_t *values, unsigned int n)
{
	if (!append(buf, size, pos, "\"%s\":{", title))
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (!append(buf, size, pos, "%s\"%s\":%" PRIu64, i ? "," : "", names[i], values[i]))
			return false;
	return append(buf, size, pos, "}");
}

/* What goes into a JSON string: quotes, backslashes and control characters become '?' */
static void json_safe(char *dst, const char *src, size_t size)
{
	size_t i;

	for (i = 0; src[i] && i + 1 < size; i++) {
		unsigned char ch = src[i];

		dst[i] = ch < ' ' || ch > '~' || ch == '"' || ch == '\\' ? '?' : ch;
	}
	dst[i] = '\0';
}

/** vg_obs_json() - write counters and mistakes as one JSON object into @buf; length or -1 */
int vg_obs_json(const struct vg_obs *o, char *buf, size_t size)
{
	char last[sizeof(o->last_mistake)];
	size_t pos = 0;

	json_safe(last, o->last_mistake, sizeof(last));
	if (!size || !append(buf, size, &pos, "{\"now_ns\":%" PRIu64 ",", o->now_ns) ||
	    !append_table(buf, size, &pos, "counters", counter_names, o->count, VG_CNT_MAX) ||
	    !append(buf, size, &pos, ",") ||
	    !append_table(buf, size, &pos, "mistakes", mistake_names, o->mistakes, VG_ERR_MAX) ||
	    !append(buf, size, &pos, ",\"last_mistake\":\"%s\"}", last))
		return -1;
	return (int)pos;
}
