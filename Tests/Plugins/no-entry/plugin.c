/* Rule: a library without the symbol hearth_plugin_entry is no plugin; the message names path and symbol. */
int hearth_plugin_entrance(void);

int hearth_plugin_entrance(void)
{
    return 0;
}
