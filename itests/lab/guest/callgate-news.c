// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A driver that has news: a generic netlink family of its own, whose group "news" is told of every event. As many events as
 * are written to /sys/module/callgate_news/parameters/tell happen at once; the command GET answers with the last one.
 */
#include <linux/module.h>
#include <net/genetlink.h>

enum { EVENT = 1, GET = 2 };
enum { NUMBER = 1, TEXT = 2, MILLIDEGREES = 3 };

static struct genl_family family;
static atomic_t told = ATOMIC_INIT(0);

static struct sk_buff *news(u32 port, u32 sequence, u8 command, u32 number)
{
	struct sk_buff *message = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *header = message ? genlmsg_put(message, port, sequence, &family, 0, command) : NULL;

	if (!header || nla_put_u32(message, NUMBER, number) || nla_put_string(message, TEXT, "the door was opened") ||
	    nla_put_s32(message, MILLIDEGREES, -1000 * (s32)(number % 40))) {
		nlmsg_free(message);
		return NULL;
	}
	genlmsg_end(message, header);
	return message;
}

static int tell(const char *text, const struct kernel_param *parameter)
{
	unsigned int count;
	int error = kstrtouint(text, 0, &count);

	while (!error && count--) {
		struct sk_buff *event = news(0, 0, EVENT, atomic_inc_return(&told));

		error = event ? genlmsg_multicast(&family, event, 0, 0, GFP_KERNEL) : -ENOMEM;
		if (error == -ESRCH) /* nobody listens */
			error = 0;
		cond_resched();
	}
	return error;
}

static int get(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *answer = news(info->snd_portid, info->snd_seq, GET, atomic_read(&told));

	return answer ? genlmsg_reply(answer, info) : -ENOMEM;
}

static const struct genl_small_ops commands[] = { { .cmd = GET, .doit = get } };
static const struct genl_multicast_group groups[] = { { .name = "news" } };
static const struct kernel_param_ops on_write = { .set = tell };

static struct genl_family family = {
	.name = "callgate_news",
	.version = 1,
	.maxattr = MILLIDEGREES,
	.module = THIS_MODULE,
	.small_ops = commands,
	.n_small_ops = ARRAY_SIZE(commands),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static int __init begin(void)
{
	return genl_register_family(&family);
}

static void __exit end(void)
{
	genl_unregister_family(&family);
}

module_param_cb(tell, &on_write, NULL, 0200);
module_init(begin);
module_exit(end);
MODULE_DESCRIPTION("Callgate's lab: a driver that has news");
MODULE_LICENSE("GPL v2");
