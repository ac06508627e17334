// Words of the pages beside the sources: allowed hosts.
export const sourceMoreZh = {
  tab: { hosts: '放行主机' },
  hostsText: '不在节点机器旁登记数据库或 SFTP 来源时，只能登记在这里放行的主机。由系统管理员放行与撤销，须动态口令并留痕；本机与内部地址只能在节点机器上放行。撤销后，远程登记在该主机上的来源随即停止采集。', hostsKept: '名单由系统管理员维护。', allowHost: '放行主机', host: '主机', hostText: '主机名或地址，可加端口：his.example.cn、10.1.2.3:5432、[fd00::7]:22。', endHost: '撤销放行', endHostText: '远程登记在该主机上的来源随即停止采集。', noHosts: '没有放行的主机', noHostsText: '远程登记数据库与 SFTP 来源会被拒绝。',
};
export const sourceMoreEn: typeof sourceMoreZh = {
  tab: { hosts: 'Allowed hosts' },
  hostsText: 'From off the machine a database or SFTP source may be registered only on a host that is allowed here. System administrators allow and end, with the second factor and on record; this machine and inner addresses are allowed at the machine alone. Once a host is ended, sources registered there from afar stop.', hostsKept: 'System administrators keep this list.', allowHost: 'Allow a host', host: 'Host', hostText: 'A name or an address, with a port where only that one is meant: his.example.cn, 10.1.2.3:5432, [fd00::7]:22.', endHost: 'End', endHostText: 'Sources that were registered there from afar stop.', noHosts: 'No host is allowed', noHostsText: 'Databases and SFTP sources cannot be registered from afar.',
};
