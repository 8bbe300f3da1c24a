#include <hearth/hearth.h>
int hearth_plugin_entry(void){return 0;}
